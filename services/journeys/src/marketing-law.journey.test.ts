import { createTransport } from "nodemailer";
import { expect, test } from "vitest";
import { z } from "zod";
import { check, personOf, readStack, send, subjectOf, tokenOf } from "./stack.ts";

const stack = readStack();
const { consent, portal } = stack.cells.jp;
const yuki = personOf(stack, "customer", "jp");
const subject = subjectOf(yuki);
const question = { subject, purpose: "marketing-email", channel: "email", usedIn: "JP" };
const Choices = z.object({
  choices: z.array(
    z
      .object({ purpose: z.string(), notice: z.object({ version: z.string(), hash: z.string(), text: z.string() }), status: z.string() })
      .loose(),
  ),
});
const Reserved = z.object({
  reserved: z.literal(true),
  contact: z.string(),
  unsubscribe: z.object({ url: z.url(), headers: z.record(z.string(), z.string()) }),
});

async function grant(purpose: string): Promise<void> {
  const token = await tokenOf(yuki.email, "consent");
  const { choices } = Choices.parse((await send(token, "GET", `${consent}/v1/subjects/${subject}/choices?locale=ja`)).body);
  const notice = choices.find((choice) => choice.purpose === purpose)?.notice;
  const answer = await send(token, "POST", `${consent}/v1/subjects/${subject}/consents`, {
    purpose,
    action: "grant",
    notice: { version: notice?.version, hash: notice?.hash, locale: "ja" },
    contactPoint: { channel: "email", value: yuki.email },
  });
  expect(answer.status).toBe(201);
}

test("JOURNEYS-6: of many callers racing for the last contact of the week, exactly as many get one as the cap has left", async () => {
  await grant("marketing-email");
  const token = await tokenOf("marketing", "consent", "jp");
  const reserve = (campaign: string) => send(token, "POST", `${consent}/v1/contacts`, { ...question, campaign });
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => reserve(`campaign-${index}`)));
  const taken = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 200);
  expect(taken.length).toBeGreaterThan(0);
  expect(taken.length + refused.length).toBe(12);
  for (const { body } of refused)
    expect(body).toMatchObject({
      reserved: false,
      decision: { reasons: [{ code: "frequency_cap_reached", citation: expect.any(String) }] },
    });
  expect(await check(consent, token, question)).toMatchObject({ allowed: false, reasons: [{ code: "frequency_cap_reached" }] });
  // The cap is one over all callers: what was taken is what the policy allows.
  expect(taken).toHaveLength(4);

  // A message as a campaign sends it, with the headers it was given, arrives with its way out (RFC 8058).
  const { unsubscribe } = Reserved.parse(taken[0]?.body);
  const smtp = new URL(stack.smtp);
  const transport = createTransport({ host: smtp.hostname, port: Number(smtp.port), secure: false, ignoreTLS: true });
  await transport.sendMail({ from: "shop@example.com", to: yuki.email, subject: "Offers", text: "Hello", headers: unsubscribe.headers });
  const mails = await (await fetch(`${stack.mailbox}/api/messages`)).text();
  expect(mails).toContain("List-Unsubscribe=One-Click");

  // Looking changes nothing, as mail scanners look; one POST without sign-in stops it, and asking twice is harmless.
  expect(unsubscribe.url.startsWith(`${portal}/u/`)).toBe(true);
  const page = await fetch(unsubscribe.url, { headers: { "accept-language": "ja" } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('lang="ja"');
  expect((await check(consent, token, question)).reasons.map(({ code }) => code)).toEqual(["frequency_cap_reached"]);
  for (let again = 0; again < 2; again += 1) {
    const stopped = await fetch(unsubscribe.url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    expect(stopped.status).toBe(200);
  }
  expect((await check(consent, token, question)).reasons.map(({ code }) => code)).toContain("consent_withdrawn");
});

test("JOURNEYS-6: an unsubscribe link that nobody was given stops nobody", async () => {
  expect((await fetch(`${portal}/u/${"x".repeat(43)}`)).status).toBe(404);
});
