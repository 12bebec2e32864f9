/** What the door says in a person's language. The texts are in `messages/`. */
import type { Locale } from "@behest/contracts/ids";
import { IntlMessageFormat } from "intl-messageformat";
import de from "../messages/de.json" with { type: "json" };
import en from "../messages/en.json" with { type: "json" };
import ja from "../messages/ja.json" with { type: "json" };
import zhCN from "../messages/zh-CN.json" with { type: "json" };

export type MessageKey = keyof typeof en;

export const catalogues: Record<Locale, Record<MessageKey, string>> = { en, de, ja, "zh-CN": zhCN };
/** English here is British English: 3 March 2026. */
const formOf: Record<Locale, string> = { en: "en-GB", de: "de", ja: "ja", "zh-CN": "zh-CN" };

export function say(locale: Locale, key: MessageKey, values: Readonly<Record<string, string>> = {}): string {
  return String(new IntlMessageFormat(catalogues[locale][key], formOf[locale], undefined, { ignoreTag: true }).format(values));
}

/** `3 March 2026 at 12:00 CET`: the zone is always named. */
export function sayInstant(locale: Locale, at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(formOf[locale], {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
    timeZoneName: "short",
  }).format(at);
}

/** Looks that need no purpose of the policies, because they are the person's own right or a duty towards them. */
export const lookWords: ReadonlyMap<string, MessageKey> = new Map([
  ["own-access", "access.own-access"],
  ["decision-notice", "access.decision-notice"],
]);
