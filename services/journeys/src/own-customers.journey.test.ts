import { openBrowser } from "@behest/runtime/testing/browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "./sign-in.ts";
import { check, personOf, readStack, send, subjectOf, tokenOf } from "./stack.ts";

const stack = readStack();
const { consent, portal } = stack.cells.uk;
const oliver = personOf(stack, "customer", "uk");
const subject = subjectOf(oliver);
const question = { subject, purpose: "marketing-email", channel: "email", usedIn: "GB" };

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("JOURNEYS-6: a shop may write to its own customers only on proof of each condition, and until they object", async () => {
  const marketing = await tokenOf("marketing", "consent", "uk");
  const own = await tokenOf(oliver.email, "consent");
  const ask = () => check(consent, marketing, question);
  const prove = async (...conditions: string[]) => {
    const at = new Date(Date.now() - 60_000).toISOString();
    const proofs = conditions.map((condition) => ({ condition, at, reference: "order 4711" }));
    const answer = await send(marketing, "POST", `${consent}/v1/subjects/${subject}/evidence`, { channel: "email", conditions: proofs });
    expect(answer.status).toBe(201);
  };
  const decide = async (action: string) =>
    expect((await send(own, "POST", `${consent}/v1/subjects/${subject}/consents`, { purpose: question.purpose, action })).status).toBe(201);

  await prove("contact_from_sale", "own_similar_products", "objection_notice_at_collection");
  expect(await ask()).toMatchObject({
    allowed: false,
    reasons: [
      { code: "consent_not_recorded" },
      { code: "soft_opt_in_evidence_missing", condition: "objection_notice_at_each_use", jurisdiction: "UK", citation: "PECR reg. 22(3)" },
    ],
  });

  await prove("objection_notice_at_each_use");
  const allowed = await ask();
  expect(allowed).toMatchObject({ allowed: true, reasons: [] });
  expect(allowed.obligations).toContainEqual({ kind: "objection-notice", citation: "PECR reg. 22(3)" });
  // Proved for e-mail only.
  expect(await check(consent, marketing, { ...question, purpose: "marketing-sms", channel: "sms" })).toMatchObject({ allowed: false });

  // He is told that it is used without a yes, and objects where he is told.
  const page = await signIn(browser, portal, oliver);
  const card = page.locator("#purpose-marketing-email");
  expect(await card.locator(".sign").innerText()).toBe("In use because you are our customer; you can object");
  await card.locator("button[value=object]").click();
  await card.locator(".sign", { hasText: /^\s*You objected: not used\s*$/ }).waitFor();
  expect(await ask()).toMatchObject({ allowed: false, reasons: [{ code: "objected" }] });
  await decide("lift-objection");
  expect(await ask()).toMatchObject({ allowed: true });
  // A plain no shuts it as well.
  await decide("refuse");
  expect(await ask()).toMatchObject({ allowed: false, reasons: [{ code: "consent_refused" }] });
});
