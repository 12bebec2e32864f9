import { expect, test } from "vitest";
import { check, personOf, readStack, send, subjectOf, tokenOf } from "./stack.ts";

const stack = readStack();
const { consent } = stack.cells.eu;
const subject = subjectOf(personOf(stack, "customer"));
const question = { subject, purpose: "marketing-sms", channel: "sms", usedIn: "DE" };

test("JOURNEYS-2: nothing was ever recorded, so the answer is no, with the one reason and what it was decided on", async () => {
  const { status, body } = await send(await tokenOf("marketing", "consent"), "POST", `${consent}/v1/checks`, { checks: [question] });
  expect(status).toBe(200);
  expect(body).toEqual({
    decisions: [
      {
        allowed: false,
        reasons: [{ code: "consent_not_recorded", purpose: "marketing-sms" }],
        obligations: [],
        revision: expect.stringMatching(/^\d+:\d+:\d+$/),
        ageMs: expect.any(Number),
        policy: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    ],
  });
});

test("JOURNEYS-2: what is unknown is denied in its place and with its code, never an error that reads as yes", async () => {
  const token = await tokenOf("marketing", "consent");
  const nobody = `eu_${"0".repeat(32)}`;
  const foreign = subjectOf(personOf(stack, "customer", "cn"));
  const { body } = await send(token, "POST", `${consent}/v1/checks`, {
    checks: [
      { ...question, purpose: "mind-reading" },
      { ...question, subject: nobody },
      { ...question, subject: "anna" },
      { ...question, subject: foreign },
      question,
      { ...question, purpose: "billing" },
    ],
  });
  expect(body).toMatchObject({
    decisions: [
      { allowed: false, reasons: [{ code: "purpose_unknown" }] },
      { allowed: false, reasons: [{ code: "subject_unknown" }] },
      { allowed: false, reasons: [{ code: "subject_unknown" }] },
      { allowed: false, reasons: [{ code: "wrong_cell", cell: "cn" }] },
      { allowed: false, reasons: [{ code: "consent_not_recorded" }] },
      { allowed: false, reasons: [{ code: "purpose_not_granted" }] },
    ],
  });
  expect(await check(consent, await tokenOf("stranger", "consent"), question)).toMatchObject({
    allowed: false,
    reasons: [{ code: "caller_unknown" }],
  });
});

test("JOURNEYS-2: 10,000 questions are answered in their order, 10,001 are too many, none is too few", async () => {
  const token = await tokenOf("marketing", "consent");
  const many = (count: number) =>
    send(token, "POST", `${consent}/v1/checks`, {
      checks: Array.from({ length: count }, (_, index) => (index % 2 === 0 ? question : { ...question, purpose: "mind-reading" })),
    });
  const { status, body } = await many(10_000);
  expect(status).toBe(200);
  const codes = JSON.stringify(body).match(/consent_not_recorded|purpose_unknown/g) ?? [];
  expect(codes).toHaveLength(10_000);
  expect(codes.slice(0, 3)).toEqual(["consent_not_recorded", "purpose_unknown", "consent_not_recorded"]);
  expect((await many(10_001)).status).toBe(400);
  expect((await many(0)).status).toBe(400);
});

test("JOURNEYS-2: a bad token is 401, and so is a good one of another cell or service", async () => {
  const ask = (token: string) => send(token, "POST", `${consent}/v1/checks`, { checks: [question] });
  const good = await tokenOf("marketing", "consent");
  const tokens = [
    "",
    "nonsense",
    `${good.slice(0, -4)}AAAA`,
    await tokenOf("marketing", "records"),
    await tokenOf("marketing", "consent", "cn"),
  ];
  for (const token of tokens) expect(await ask(token)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
});
