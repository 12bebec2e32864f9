/** A table of staff, as wide as it needs to be: where the page is narrower, it scrolls within its frame, which shows that there is more. */
import { html } from "hono/html";
import type { Words } from "../i18n/words.ts";
import { nothing, type Html } from "./html.ts";
import { isKey } from "./record.ts";
import { valueText, type StoredValue } from "./value.ts";

/** From this many characters on a column is held wide enough to be read in lines, not in single words. */
const longCharacters = 24;

export const sheet = (words: Words, name: string, columns: readonly string[], rows: readonly (readonly StoredValue[])[]): Html =>
  html`<div class="sheet" tabindex="0" role="region" aria-label="${name}">
    <table>
      <thead>
        <tr>
          ${columns.map((column, index) => html`<th scope="col" ${rows.some((row) => typeof row[index] === "number") ? html` class="number"` : nothing}>${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((value) => cell(words, value))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

function cell(words: Words, value: StoredValue): Html {
  const text = valueText(words, value);
  if (typeof value === "number") return html`<td class="number">${text}</td>`;
  if (isKey(value)) return html`<td class="id">${text}</td>`;
  return text.length < longCharacters ? html`<td>${text}</td>` : html`<td class="long">${text}</td>`;
}
