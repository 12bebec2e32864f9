/** What the door gave for a purpose, table by table, and what it held back, reason by reason. */
import type { Reason } from "@behest/contracts/decision";
import { html } from "hono/html";
import { reasonSentence } from "../i18n/names.ts";
import type { Words } from "../i18n/words.ts";
import type { Reading } from "./desk-customer.ts";
import { nothing, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import type { Frame } from "./layout.ts";
import { tags } from "./parts.ts";
import { isKey, record } from "./record.ts";
import { sheet } from "./sheet.ts";

type Table = Reading["tables"][number];

export function deskReading(frame: Frame, reading: Reading): Html {
  const { words } = frame;
  const { allowed, reasons } = reading.decision;
  return html`<div class="desk">
    <section class="card tone-${allowed ? "yes" : "no"}" role="status" tabindex="-1" autofocus>
      <p class="sign">${icon(allowed ? "yes" : "no")}<span>${words.t(allowed ? "desk.allowed" : "desk.denied")}</span></p>
      ${reasons.length === 0 ? nothing : html`<p>${sentencesOf(words, reasons)}</p>`}
      <p class="hint">${words.t("desk.trace")}</p>
    </section>
    ${reading.tables.map((table) => tableSection(frame, table))} ${reading.withheld.length === 0 ? nothing : withheld(frame, reading)}
  </div>`;
}

function tableSection(frame: Frame, table: Table): Html {
  const { words, names } = frame;
  const name = names.isPerson(table.table) ? words.t("desk.person") : names.table(table.table);
  const columns = columnsOf(frame, table);
  const labelled = (row: Table["rows"][number]) =>
    columns.map((column) => ({ label: names.field(`${table.table}.${column}`), value: row[column] ?? null }));
  const [first, ...others] = table.rows;
  const rows =
    first === undefined
      ? html`<p class="hint">${words.t("desk.noRows")}</p>`
      : others.length === 0
        ? record(words, labelled(first))
        : sheet(
            words,
            name,
            columns.map((column) => names.field(`${table.table}.${column}`)),
            table.rows.map((row) => columns.map((column) => row[column] ?? null)),
          );
  return html`<section class="card">
    <h2>${name}</h2>
    ${rows}
  </section>`;
}

/** In the map's order, without what is empty in every row, keys of the database last. */
function columnsOf({ names }: Frame, table: Table): string[] {
  const filled = [...new Set(table.rows.flatMap((row) => Object.keys(row).filter((column) => row[column] !== null)))];
  const rank = (column: string) =>
    names.position(`${table.table}.${column}`) + (table.rows.some((row) => isKey(row[column] ?? null)) ? 1_000 : 0);
  return filled.toSorted((a, b) => rank(a) - rank(b));
}

/** Each reason once, with the kinds of data it holds back; the single fields are there for who asks. */
function withheld({ words, names }: Frame, reading: Reading): Html {
  const byReason = Map.groupBy(reading.withheld, (one) => sentencesOf(words, one.reasons));
  const nameOf = (one: Reading["withheld"][number]) => (one.category === null ? names.field(one.field) : names.category(one.category));
  const entry = (sentence: string, fields: Reading["withheld"]) =>
    html`<li>
      <p>${sentence}</p>
      ${tags([...new Set(fields.map(nameOf))])}
      <details>
        <summary>${words.t("desk.fields", { count: fields.length })}</summary>
        <p class="hint">${words.list([...new Set(fields.map((one) => names.field(one.field)))])}</p>
      </details>
    </li>`;
  return html`<section class="card withheld">
    <h2>${words.t("desk.withheld")}</h2>
    <ul>
      ${[...byReason].map(([sentence, fields]) => entry(sentence, fields))}
    </ul>
  </section>`;
}

const sentencesOf = (words: Words, reasons: readonly Reason[]): string =>
  [...new Set(reasons.map((reason) => reasonSentence(words, reason)))].join(" ");
