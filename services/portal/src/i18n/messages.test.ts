import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { consentStatuses } from "@behest/contracts/consent";
import { reasonCodes } from "@behest/contracts/decision";
import { cells, channels, locales } from "@behest/contracts/ids";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalogues, wordsIn } from "./words.ts";

const keys = Object.keys(catalogues.en);
const textOf = (locale: (typeof locales)[number], key: string): string =>
  z.record(z.string(), z.string()).parse(catalogues[locale])[key] ?? "";

describe("PORTAL-2: every text is there in all four languages", () => {
  test.each(locales)("%s has each key, and no text is empty", (locale) => {
    expect(Object.keys(catalogues[locale]).toSorted()).toEqual(keys.toSorted());
    expect(keys.filter((key) => textOf(locale, key).trim() === "")).toEqual([]);
  });

  test.each(locales.filter((locale) => locale !== "en"))("%s takes the same parameters as English, key by key", (locale) => {
    const different = keys.filter((key) => !sameSet(parametersOf(textOf(locale, key)), parametersOf(textOf("en", key))));
    expect(different).toEqual([]);
  });

  test.each(locales)("%s has a sentence for every reason, status, channel and region", (locale) => {
    const wanted = [
      ...reasonCodes.map((code) => `reason.${code}`),
      ...consentStatuses.map((status) => `status.${status}`),
      ...channels.map((channel) => `channel.${channel}`),
      ...cells.map((cell) => `region.${cell}`),
    ];
    expect(wanted.filter((key) => textOf(locale, key) === "")).toEqual([]);
  });

  test("no text is left that nothing says", () => {
    const source = sourceBelow(join(import.meta.dirname, ".."));
    const byCode =
      /^(reason|status|channel|region|basis|saved|problem|importStatus|choices\.group|error\.contact\.missing|choice\.contact)\./;
    expect(keys.filter((key) => !byCode.test(key) && !source.includes(`"${key}"`))).toEqual([]);
  });
});

test("dates have the language's own form, in the time zone asked for; a calendar date stays itself everywhere", () => {
  const at = "2026-03-03T23:30:00.000Z";
  expect(wordsIn("en", "Europe/Berlin").date(at)).toBe("4 March 2026");
  expect(wordsIn("de", "America/New_York").date(at)).toBe("3. März 2026");
  expect(wordsIn("ja", "Asia/Tokyo").date(at)).toBe("2026年3月4日");
  expect(wordsIn("zh-CN", "Asia/Shanghai").date(at)).toBe("2026年3月4日");
  expect(wordsIn("en", "America/New_York").date("2026-11-22")).toBe("22 November 2026");
});

test("a time says its zone in the same way in every language, with the brackets of the language", () => {
  const at = "2026-11-22T09:30:00.000Z";
  expect(wordsIn("en", "Europe/London").dateTime(at)).toBe("22 November 2026 at 09:30 (UTC+0)");
  expect(wordsIn("de", "Europe/Berlin").dateTime(at)).toBe("22. November 2026 um 10:30 (UTC+1)");
  expect(wordsIn("ja", "Europe/Berlin").dateTime(at)).toBe("2026年11月22日 10:30（UTC+1）");
  expect(wordsIn("zh-CN", "America/New_York").dateTime(at)).toBe("2026年11月22日 04:30（UTC-5）");
});

test("a year is not grouped like an amount", () => {
  expect(wordsIn("en", "UTC").number(1988)).toBe("1988");
  expect(wordsIn("de", "UTC").number(541_909)).toBe("541.909");
});

const Node = z.object({
  type: z.number(),
  value: z.unknown().optional(),
  options: z.record(z.string(), z.object({ value: z.array(z.unknown()) })).optional(),
});
/** ICU: 0 is plain text, 7 is the number sign of a plural; everything else names a parameter. */
function parametersOf(message: string): Set<string> {
  const found = new Set<string>();
  const walk = (nodes: readonly unknown[]): void => {
    for (const node of nodes.map((one) => Node.parse(one))) {
      if (node.type !== 0 && node.type !== 7) found.add(String(node.value));
      for (const option of Object.values(node.options ?? {})) walk(option.value);
    }
  };
  walk(new IntlMessageFormat(message, "en", undefined, { ignoreTag: true }).getAst());
  return found;
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && [...a].every((one) => b.has(one));

function sourceBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}
