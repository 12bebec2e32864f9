/** What an officer has to look at in this region: lists and counts, never what is stored about a person. */
import type { z } from "zod";
import type { listImports } from "@behest/contracts/crm";
import type { listConflicts, listTransfers, listUnmapped } from "@behest/contracts/records";
import { html } from "hono/html";
import type { MessageKey } from "../i18n/words.ts";
import type { Html } from "./html.ts";
import { layout, type Frame } from "./layout.ts";
import { pageHead } from "./parts.ts";
import { sheet } from "./sheet.ts";
import type { StoredValue } from "./value.ts";

type Reply<R extends { answers: { 200: { schema: z.ZodType } } }> = z.output<R["answers"][200]["schema"]>;
export type OversightPage = {
  conflicts: Reply<typeof listConflicts>["conflicts"];
  unmapped: Reply<typeof listUnmapped>["columns"];
  transfers: Reply<typeof listTransfers>["transfers"];
  imports: Reply<typeof listImports>["imports"];
};
type Sheet = { id: string; title: MessageKey; text: MessageKey; columns: readonly MessageKey[]; rows: readonly (readonly StoredValue[])[] };

export function oversightPage(frame: Frame, page: OversightPage): Html {
  const { words } = frame;
  const sheets = sheetsOf(frame, page);
  const contents = html`<nav class="contents" aria-label="${words.t("choices.contents")}">
    <ul>
      ${sheets.map(
        (one) =>
          html`<li>
            <a href="#${one.id}"><span>${words.t(one.title)}</span><span class="count">${words.number(one.rows.length)}</span></a>
          </li>`,
      )}
    </ul>
  </nav>`;
  const body = html`${pageHead(words.t("oversight.title"), words.t("oversight.lead"))}
    <div class="oversight">
      ${contents}
      <div class="groups close">${sheets.map((one) => section(frame, one))}</div>
    </div>`;
  return layout(frame, { title: words.t("oversight.title"), current: "oversight", body });
}

function sheetsOf({ words, names }: Frame, page: OversightPage): Sheet[] {
  return [
    {
      id: "conflicts",
      title: "oversight.conflicts",
      text: "oversight.conflicts.text",
      columns: ["oversight.col.customer", "oversight.col.source", "oversight.col.countries", "oversight.col.found"],
      rows: page.conflicts.map((one) => [one.key, one.source, words.list(one.countries.map(words.country)), words.date(one.foundAt)]),
    },
    {
      id: "unmapped",
      title: "oversight.unmapped",
      text: "oversight.unmapped.text",
      columns: ["oversight.col.table", "oversight.col.column", "oversight.col.type"],
      rows: page.unmapped.map((one) => [one.table, one.column, one.type]),
    },
    {
      id: "transfers",
      title: "oversight.transfers",
      text: "oversight.transfers.text",
      columns: [
        "oversight.col.when",
        "oversight.col.to",
        "oversight.col.purpose",
        "oversight.col.client",
        "oversight.col.mechanism",
        "oversight.col.customer",
      ],
      rows: page.transfers.map((one) => [
        words.dateTime(one.at),
        words.country(one.to),
        names.purpose(one.purpose),
        names.caller(one.client),
        words.withNote(one.mechanism, one.citation),
        one.subject,
      ]),
    },
    {
      id: "imports",
      title: "oversight.imports",
      text: "oversight.imports.text",
      columns: [
        "oversight.col.file",
        "oversight.col.status",
        "oversight.col.when",
        "oversight.col.read",
        "oversight.col.storedLines",
        "oversight.col.rejected",
      ],
      rows: page.imports.map((one) => [
        one.file,
        words.t(`importStatus.${one.status}`),
        words.dateTime(one.startedAt),
        one.linesRead,
        one.linesStored,
        one.rejected,
      ]),
    },
  ];
}

function section({ words }: Frame, { id, title: titleKey, text, columns, rows }: Sheet): Html {
  const title = words.t(titleKey);
  const table = sheet(
    words,
    title,
    columns.map((column) => words.t(column)),
    rows,
  );
  return html`<section class="card stored">
    <h2 id="${id}">${title}</h2>
    <p class="hint">${words.t(text)}</p>
    ${rows.length === 0 ? html`<p>${words.t("oversight.none")}</p>` : table}
  </section>`;
}
