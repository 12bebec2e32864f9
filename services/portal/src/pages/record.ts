/** The fields of one stored row: what means something first, keys of the database last and small. */
import { html } from "hono/html";
import type { Words } from "../i18n/words.ts";
import { nothing, type Html } from "./html.ts";
import { valueText, type StoredValue } from "./value.ts";

export type LabelledValue = { label: string; value: StoredValue };

const keyShape = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|([a-z]{2}_)?[0-9a-f]{24,}(-\d+)?)$/;
export const isKey = (value: StoredValue): boolean => typeof value === "string" && keyShape.test(value);

export function record(words: Words, fields: readonly LabelledValue[]): Html {
  const ordered = fields.toSorted((a, b) => Number(isKey(a.value)) - Number(isKey(b.value)));
  return html`<dl class="record">
    ${ordered.map(
      ({ label, value }) =>
        html`<div${isKey(value) ? html` class="key"` : nothing}><dt>${label}</dt><dd>${valueText(words, value)}</dd></div>`,
    )}
  </dl>`;
}
