import { expect, test } from "vitest";
import { localeOf } from "./locale-of.ts";

test.each([
  ["de", [], "de"],
  ["de-AT", ["JP"], "de"],
  ["ja_JP", [], "ja"],
  ["zh", [], "zh-CN"],
  ["EN-us", ["DE"], "en"],
] as const)("RECORDS-13: the language on record decides: %s", (language, countries, locale) => {
  expect(localeOf(language, countries)).toBe(locale);
});

test.each([
  [null, ["AT"], "de"],
  ["fr", ["JP"], "ja"],
  ["n/a", ["CN"], "zh-CN"],
  // Another script is another text.
  ["zh-TW", [], "en"],
  [null, ["FR"], "en"],
  [null, [], "en"],
  [null, ["DE", "AT"], "de"],
  [null, ["DE", "FR"], "en"],
] as const)(
  "RECORDS-13: without one of ours, that of the country where all that is known agrees, else English: %s %j",
  (language, countries, locale) => {
    expect(localeOf(language, countries)).toBe(locale);
  },
);
