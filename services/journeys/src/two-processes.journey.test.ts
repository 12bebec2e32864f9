import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startSecondConsent, type SecondConsent } from "./second-consent.ts";
import { check, personOf, readStack, send, subjectOf, tokenOf } from "./stack.ts";

const stack = readStack();
const first = stack.cells.eu.consent;
const claire = personOf(stack, "customer", "eu", 1);
const subject = subjectOf(claire);
const question = { subject, purpose: "personalisation", usedIn: "FR" };
const rounds = 10;
const Choices = z.object({
  choices: z.array(z.object({ purpose: z.string(), notice: z.object({ version: z.string(), hash: z.string() }).loose() }).loose()),
});

let second: SecondConsent;
let own: string;
let marketing: string;
beforeAll(async () => {
  second = await startSecondConsent("eu");
  own = await tokenOf(claire.email, "consent");
  marketing = await tokenOf("marketing", "consent");
});
afterAll(() => second.stop());

async function decide(through: string, action: "grant" | "withdraw"): Promise<void> {
  const { body } = await send(own, "GET", `${through}/v1/subjects/${subject}/choices?locale=en`);
  const notice = Choices.parse(body).choices.find(({ purpose }) => purpose === question.purpose)?.notice;
  const shown = action === "grant" ? { notice: { version: notice?.version, hash: notice?.hash, locale: "en" } } : {};
  const answer = await send(own, "POST", `${through}/v1/subjects/${subject}/consents`, { purpose: question.purpose, action, ...shown });
  expect(answer.status).toBe(201);
}
const codesAt = async (url: string) => (await check(url, marketing, question)).reasons.map(({ code }) => code);

test.each([
  ["the first", "the second", () => [first, second.url] as const],
  ["the second", "the first", () => [second.url, first] as const],
])("JOURNEYS-3: once %s process has told her that it is done, the very next answer of %s is no", async (_told, _asked, urls) => {
  const [told, asked] = urls();
  for (let round = 0; round < rounds; round += 1) {
    await decide(told, "grant");
    // Both have said yes, so that either could still remember it.
    expect([await codesAt(told), await codesAt(asked)]).toEqual([[], []]);
    await decide(told, "withdraw");
    expect(await codesAt(asked)).toEqual(["consent_withdrawn"]);
  }
});

test("JOURNEYS-3: while many ask both processes, no question put after she was told is answered yes", async () => {
  await decide(first, "grant");
  let told = false;
  const late: boolean[] = [];
  let early = 0;
  const asking = [first, second.url].flatMap((url) =>
    Array.from({ length: 4 }, async () => {
      while (late.length < 40) {
        const afterwards = told;
        const { allowed } = await check(url, marketing, question);
        if (afterwards) late.push(allowed);
        else early += allowed ? 1 : 0;
      }
    }),
  );
  while (early < 40) await codesAt(first);
  await decide(second.url, "withdraw");
  told = true;
  await Promise.all(asking);
  expect(late).not.toContain(true);
});
