import { openBrowser } from "@behest/runtime/testing/browser";
import { until } from "@behest/runtime/testing/until";
import { compactVerify, createRemoteJWKSet } from "jose";
import type { Browser, Page } from "playwright-core";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { signIn } from "./sign-in.ts";
import { check, personOf, readStack, send, subjectOf, tokenOf } from "./stack.ts";

const stack = readStack();
const { consent, portal, records } = stack.cells.eu;
const anna = personOf(stack, "customer");
const subject = subjectOf(anna);
const question = { subject, purpose: "marketing-email", channel: "email", usedIn: "DE" };
const card = "#purpose-marketing-email";

const Mails = z.object({ messages: z.array(z.object({ subject: z.string(), text: z.string() })) });
const Events = z.object({ events: z.array(z.object({ kind: z.string(), purpose: z.string().optional() }).loose()) });

let browser: Browser;
let page: Page;
let marketing: string;
beforeAll(async () => {
  browser = await openBrowser();
  page = await signIn(browser, portal, anna);
  marketing = await tokenOf("marketing", "consent");
});
afterAll(() => browser.close());

const ask = (more: object = {}) => check(consent, marketing, { ...question, ...more });
const codes = ({ reasons }: { reasons: { code: string }[] }) => reasons.map(({ code }) => code);

test("JOURNEYS-3: signed in, she sees each purpose with its notice and its benefit; nothing is ticked, and no is as near as yes", async () => {
  expect(await page.locator(".choice").count()).toBeGreaterThanOrEqual(14);
  expect(await page.locator("input[type=checkbox], input[type=radio]").count()).toBe(0);
  const text = await page.locator(card).innerText();
  expect(text).toContain("What you get");
  expect(text).toContain("word for word");
  const [yes, no] = [
    await page.locator(`${card} button[value=grant]`).boundingBox(),
    await page.locator(`${card} button[value=refuse]`).boundingBox(),
  ];
  expect({ width: yes?.width, height: yes?.height, y: yes?.y }).toEqual({ width: no?.width, height: no?.height, y: no?.y });
});

test("JOURNEYS-3: she agrees, and the next check allows; the receipt verifies with the published keys and names the notice she saw", async () => {
  expect(codes(await ask())).toEqual(["consent_not_recorded"]);
  await page.locator(`${card} button[value=grant]`).click();
  await page.locator(`${card} button[value=withdraw]`).waitFor();
  expect(await ask()).toMatchObject({ allowed: true, obligations: [{ kind: "unsubscribe-link" }] });

  const address = await page.locator(`${card} a[href^="/receipts/"]`).getAttribute("href");
  const receipt = (address ?? "").split("/").at(-1) ?? "";
  const { body } = await send(await tokenOf(anna.email, "consent"), "GET", `${consent}/v1/subjects/${subject}/receipts/${receipt}`);
  const { jws } = z.object({ jws: z.string() }).loose().parse(body);
  const verified = await compactVerify(jws, createRemoteJWKSet(new URL(`${consent}/.well-known/jwks.json`)));
  const content = Buffer.from(verified.payload).toString();
  expect(content).toContain("marketing-email");
  expect(content).toContain(subject);
  expect(content).not.toContain(anna.email);
  await expect(
    compactVerify(`${jws.slice(0, -6)}AAAAAA`, createRemoteJWKSet(new URL(`${consent}/.well-known/jwks.json`))),
  ).rejects.toThrow();
});

test("JOURNEYS-3: a mail in her language tells her what she agreed to and where to change it", async () => {
  const mail = await until(async () => {
    const { messages } = Mails.parse(await (await fetch(`${stack.mailbox}/api/messages?to=${anna.email}`)).json());
    return messages.find((message) => message.subject === "Sie haben zugestimmt: Angebote und Neuigkeiten per E-Mail");
  }, 30);
  expect(mail.text).toContain("Ab jetzt dürfen wir Ihre Daten dafür nutzen");
  expect(mail.text).toContain(`${portal}/choices${card}`);
});

test("JOURNEYS-3: a double click is one event: the same page sent twice at once, to agree as to withdraw", async () => {
  const token = await tokenOf(anna.email, "consent");
  const kinds = async () => {
    const { body } = await send(token, "GET", `${consent}/v1/subjects/${subject}/events`);
    return Events.parse(body).events.flatMap(({ kind, purpose }) => (purpose === "personalisation" ? [kind] : []));
  };
  for (const [action, after] of [
    ["grant", ["granted"]],
    ["withdraw", ["withdrawn", "granted"]],
  ] as const) {
    await page.goto(`${portal}/choices`);
    const form = await fieldsOf("#purpose-personalisation", action);
    const answers = await Promise.all(
      [1, 2].map(() => page.request.post(`${portal}/choices/personalisation`, { form, headers: { origin: portal } })),
    );
    for (const answer of answers)
      expect({ status: answer.status(), url: answer.url() }).toMatchObject({
        status: 200,
        url: expect.stringContaining("saved=personalisation"),
      });
    expect(await kinds()).toEqual(after);
  }
});

/** What a browser would send for one button of a card. */
async function fieldsOf(where: string, action: string): Promise<Record<string, string>> {
  const inputs = await page.locator(`${where} form:has(button[value=${action}]) input`).all();
  const fields = await Promise.all(
    inputs.map(async (input) => [(await input.getAttribute("name")) ?? "", (await input.getAttribute("value")) ?? ""] as const),
  );
  return { ...Object.fromEntries(fields), action };
}

test("JOURNEYS-3: another address on record asks for her yes again, and the old one back needs none", async () => {
  const sql = postgres(stack.databases.eu ?? "", { max: 1 });
  const changeTo = async (email: string) => {
    await sql`update crm.contact set email = ${email} where external_key = 'demo-anna'`;
    const token = await tokenOf("records", "records");
    await send(token, "POST", `${records}/v1/enrolment-runs`, { source: "crm" });
  };
  await changeTo("anna.moved@example.com");
  await until(async () => codes(await ask()).includes("contact_point_changed"), 60);
  await changeTo(anna.email);
  await until(async () => (await ask()).allowed, 60);
  await sql.end();
});

test("JOURNEYS-3: she withdraws with one click, and no check by anybody says yes again; from before it no caller is answered", async () => {
  await page.goto(`${portal}/choices`);
  await page.locator(`${card} button[value=withdraw]`).click();
  await page.locator(`${card} .sign`, { hasText: /^\s*Withdrawn: not used\s*$/ }).waitFor();
  const after = await ask();
  expect(after).toMatchObject({ allowed: false });
  expect(codes(after)).toEqual(["consent_withdrawn"]);
  // The revision of the withdrawal is demanded and held; one that is not there yet is denied, never guessed.
  expect(codes(await ask({ minRevision: after.revision }))).toEqual(["consent_withdrawn"]);
  const [epoch, shard, position] = after.revision.split(":");
  expect(codes(await ask({ minRevision: `${epoch}:${shard}:${Number(position) + 1}` }))).toContain("stale");
});

test("JOURNEYS-3: without a sign-in there is nothing to see", async () => {
  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  await other.goto(`${portal}/stored`);
  expect(other.url()).not.toContain("/stored");
  expect(await other.content()).not.toContain(anna.email);
  await stranger.close();
});
