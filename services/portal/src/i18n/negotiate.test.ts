import { expect, test } from "vitest";
import { negotiateLocale } from "./negotiate.ts";

test.each([
  [undefined, "de-CH,de;q=0.9,en;q=0.8", "de"],
  [undefined, "zh-TW", "zh-CN"],
  [undefined, "fr,ja;q=0.4,en;q=0.3", "ja"],
  [undefined, "en;q=0.1,zh;q=0.9", "zh-CN"],
  [undefined, "de;q=0,en", "en"],
  [undefined, "fr", "en"],
  [undefined, undefined, "en"],
  [undefined, ";;;,q=,=", "en"],
  ["ja", "de", "ja"],
  ["klingon", "de", "de"],
])("PORTAL-2: chosen %s and asked for %s, the page speaks %s", (chosen, header, expected) => {
  expect(negotiateLocale(chosen, header)).toBe(expected);
});
