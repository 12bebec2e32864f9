import { toldDecisions } from "@behest/contracts/decision-notice";
import { locales } from "@behest/contracts/ids";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { noticeMail } from "./notice-mail.ts";
import { catalogues } from "./words.ts";

const keys = Object.keys(catalogues.en);
const textsOf = (locale: (typeof locales)[number]) => z.record(z.string(), z.string()).parse(catalogues[locale]);

describe("RECORDS-13: every text is there in all four languages", () => {
  test.each(locales)("%s has each key, none more, and no text is empty", (locale) => {
    expect(Object.keys(catalogues[locale]).toSorted()).toEqual(keys.toSorted());
    expect(keys.filter((key) => textsOf(locale)[key]?.trim() === "")).toEqual([]);
  });

  test.each(locales)("%s takes the same parameters as English, key by key", (locale) => {
    expect(keys.filter((key) => parametersOf(textsOf(locale)[key]) !== parametersOf(textsOf("en")[key]))).toEqual([]);
  });

  test.each(locales)("%s says each decision, with its purpose, its time and the way to change it", (locale) => {
    for (const decision of toldDecisions) {
      const notice = { decision, purpose: "billing", purposeName: "PURPOSE", at: new Date("2026-11-22T11:00:00.000Z"), timeZone: "UTC" };
      const { subject, text } = noticeMail(locale, { ...notice, portalUrl: "https://portal.example" });
      expect(subject).toContain("PURPOSE");
      for (const part of ["PURPOSE", "2026", "11:00", "UTC", "https://portal.example/choices#purpose-billing"])
        expect(text).toContain(part);
      expect(text).not.toMatch(/[{}]/);
    }
  });
});

/** Names of the parameters, sorted. These texts have no plurals and no choices. */
const parametersOf = (message = ""): string =>
  new IntlMessageFormat(message, "en", undefined, { ignoreTag: true })
    .getAst()
    .flatMap((part) => ("value" in part && part.type !== 0 ? [part.value] : []))
    .toSorted()
    .join(" ");
