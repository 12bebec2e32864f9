/** A stored value as a person reads it: instants and dates in the language's form, yes and no in words. */
import type { Words } from "../i18n/words.ts";

export type StoredValue = string | number | boolean | null;

const instantShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const dateShape = /^\d{4}-\d{2}-\d{2}$/;

export function valueText(words: Words, value: StoredValue): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return words.t(value ? "value.yes" : "value.no");
  if (typeof value === "number") return words.number(value);
  if (instantShape.test(value)) return words.dateTime(value);
  return dateShape.test(value) ? words.date(value) : value;
}
