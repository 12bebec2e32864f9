/** What a page speaks with: texts of one language, and dates, numbers and lists in that language's form and the cell's time zone. */
import type { Locale } from "@behest/contracts/ids";
import type { ReasonCode } from "@behest/contracts/decision";
import { IntlMessageFormat } from "intl-messageformat";
import de from "../../messages/de.json" with { type: "json" };
import en from "../../messages/en.json" with { type: "json" };
import ja from "../../messages/ja.json" with { type: "json" };
import zhCN from "../../messages/zh-CN.json" with { type: "json" };

export type MessageKey = keyof typeof en;
export type Values = Record<string, string | number>;
export type Words = {
  locale: Locale;
  t(key: MessageKey, values?: Values): string;
  /** The text of a key that a code makes, such as `purpose.` and a code; the code itself where no text is known. */
  coded(prefix: string, code: string, values?: Values): string;
  reason(code: ReasonCode, values?: Values): string;
  /** `3 March 2026`, of an instant in the time zone, or of a calendar date such as `2026-03-03` as it is. */
  date(instant: string): string;
  /** With time, and how far the zone is from UTC in brackets: short names of zones are known to some languages only. */
  dateTime(instant: string): string;
  /** A text and a note to it in brackets. */
  withNote(text: string, note: string): string;
  number(value: number): string;
  list(items: readonly string[]): string;
  country(code: string): string;
};

export const catalogues: Record<Locale, Record<MessageKey, string>> = { en, de, ja, "zh-CN": zhCN };
/** Each language by its own name. */
export const languageNames: Record<Locale, string> = { en: "English", de: "Deutsch", ja: "日本語", "zh-CN": "简体中文" };

/** English here is British English: 3 March 2026. */
const formOf: Record<Locale, string> = { en: "en-GB", de: "de", ja: "ja", "zh-CN": "zh-CN" };

/** Their brackets are as wide as their characters. */
const fullWidth: ReadonlySet<Locale> = new Set<Locale>(["ja", "zh-CN"]);

export function wordsIn(locale: Locale, timeZone: string): Words {
  const catalogue: Record<string, string> = catalogues[locale];
  const form = formOf[locale];
  const date = new Intl.DateTimeFormat(form, { dateStyle: "long", timeZone });
  const calendarDate = new Intl.DateTimeFormat(form, { dateStyle: "long", timeZone: "UTC" });
  const dateTime = new Intl.DateTimeFormat(form, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  const offset = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "shortOffset" });
  const offsetAt = (at: Date): string =>
    (offset.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? timeZone).replace("GMT", "UTC");
  const withNote = (text: string, note: string): string => (fullWidth.has(locale) ? `${text}（${note}）` : `${text} (${note})`);
  // Four digits stay together, so that a year is not 1,988.
  const number = new Intl.NumberFormat(form, { useGrouping: "min2" });
  const list = new Intl.ListFormat(locale, { style: "long", type: "conjunction" });
  const countries = new Intl.DisplayNames(locale, { type: "region" });
  const say = (message: string, values: Values) => formatterOf(locale, message).format(values);
  return {
    locale,
    t: (key, values = {}) => String(say(catalogues[locale][key], values)),
    coded: (prefix, code, values = {}) => {
      const message = catalogue[`${prefix}${code}`];
      return message === undefined ? code : String(say(message, values));
    },
    reason: (code, values = {}) => String(say(catalogue[`reason.${code}`] ?? code, values)),
    date: (instant) => (instant.includes("T") ? date : calendarDate).format(new Date(instant)),
    dateTime: (instant) => {
      const at = new Date(instant);
      return withNote(dateTime.format(at), offsetAt(at));
    },
    withNote,
    number: (value) => number.format(value),
    list: (items) => list.format(items),
    country: (code) => countries.of(code) ?? code,
  };
}

/** Parsing a message costs more than saying it; there are as many as the catalogues hold. */
const parsed = new Map<string, IntlMessageFormat>();
function formatterOf(locale: Locale, message: string): IntlMessageFormat {
  const key = `${locale} ${message}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const made = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
  parsed.set(key, made);
  return made;
}
