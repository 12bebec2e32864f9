import { loadPolicies } from "@behest/policies/load";
import { expect, test } from "vitest";
import { readDecision } from "./decision-form.ts";
import { wordsIn } from "./i18n/words.ts";
import { choiceFixtures } from "./testing/choice-fixtures.ts";

const words = wordsIn("en", "Europe/Berlin");
const choices = choiceFixtures([...loadPolicies().purposes.values()], new Map(), "en");
const choiceOf = (purpose: string) => {
  const choice = choices.find((one) => one.purpose === purpose);
  if (choice === undefined) throw new Error(`no fixture for ${purpose}`);
  return choice;
};
const shown = { version: "2026-11-22", hash: "sha256:a1", noticeLocale: "en" };

test("PORTAL-7: agreeing sends the notice that was shown and the contact point that was shown", () => {
  expect(
    readDecision(words, choiceOf("marketing-email"), { action: "grant", ...shown, channel: "email", contact: "anna@example.com" }),
  ).toEqual({
    decision: {
      purpose: "marketing-email",
      action: "grant",
      notice: { version: "2026-11-22", hash: "sha256:a1", locale: "en" },
      contactPoint: { channel: "email", value: "anna@example.com" },
    },
  });
});

test.each(["", "anna", "anna@", "+49"])("PORTAL-7: agreeing without a proper address (%j) is asked again, at the field", (contact) => {
  expect(readDecision(words, choiceOf("marketing-email"), { action: "grant", ...shown, channel: "email", contact })).toMatchObject({
    fault: { field: "contact-marketing-email" },
  });
});

test.each(["withdraw", "object", "lift-objection"])(
  "PORTAL-7: %s needs nothing else, and has its receipt in the language of the page",
  (action) => {
    const decision = { purpose: "marketing-email", action, locale: "en" };
    expect(readDecision(words, choiceOf("marketing-email"), { action })).toEqual({ decision });
  },
);

test.each([
  { action: "delete-everything" },
  {},
  { action: "grant", version: "x".repeat(60), hash: "h", noticeLocale: "en", channel: "email", contact: "a@example.com" },
  { action: "grant", ...shown, noticeLocale: "fr" },
])("a form that no page of ours sends is refused: %j", (fields) => {
  const read = readDecision(words, choiceOf("personalisation"), fields);
  expect(read).toEqual({ unknown: true });
});
