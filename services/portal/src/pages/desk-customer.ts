/** One customer at the desk: what for, what the door gives for that, and a sentence for everything it holds back. */
import type { z } from "zod";
import type { readSubject } from "@behest/contracts/records";
import { html } from "hono/html";
import { reasonSentence } from "../i18n/names.ts";
import { nothing, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import { csrfField, layout, type Frame } from "./layout.ts";
import { errorSummary, pageHead, type FormFault } from "./parts.ts";
import { valueText } from "./value.ts";

export type Reading = z.output<(typeof readSubject)["answers"][200]["schema"]>;
export type DeskCustomerPage = {
  subject: string;
  /** What the role may claim. */
  purposes: readonly string[];
  chosen: string | undefined;
  reading: Reading | undefined;
  fault: FormFault | undefined;
};

export const purposeFieldId = "purpose";

export function deskCustomerPage(frame: Frame, page: DeskCustomerPage): Html {
  const { words } = frame;
  const title = words.t("desk.customer");
  const body = html`${page.fault === undefined ? nothing : errorSummary(words, [page.fault])}${pageHead(title, words.t("desk.lead"))}
    <p class="customer-id"><code>${page.subject}</code></p>
    <div class="desk split">${question(frame, page)}${page.reading === undefined ? nothing : result(frame, page.reading)}</div>`;
  return layout(frame, { title, current: "desk", error: page.fault !== undefined, body });
}

function question({ words, names, viewer }: Frame, page: DeskCustomerPage): Html {
  if (page.purposes.length === 0) return html`<p class="card">${words.t("desk.noPurpose")}</p>`;
  return html`<form class="card" method="post" action="/desk/${page.subject}">
    ${viewer === undefined ? nothing : csrfField(viewer)}
    <fieldset class="field${page.fault === undefined ? "" : " field-fault"}">
      <legend>${words.t("desk.purpose")}</legend>
      ${page.fault === undefined ? nothing : html`<p class="fault">${page.fault.message}</p>`}
      <div class="choices">
        ${page.purposes.map(
          (code, index) =>
            html`<div class="pick">
              <input
                type="radio"
                name="purpose"
                id="${index === 0 ? purposeFieldId : `purpose-${code}`}"
                value="${code}"
                ${code === page.chosen ? html` checked` : nothing}
              /><label for="${index === 0 ? purposeFieldId : `purpose-${code}`}">${names.purpose(code)}</label>
            </div>`,
        )}
      </div>
    </fieldset>
    <div><button class="act">${icon("look")}${words.t("desk.read")}</button></div>
  </form>`;
}

function result(frame: Frame, reading: Reading): Html {
  const { words } = frame;
  const { allowed, reasons } = reading.decision;
  return html`<div class="desk">
    <section class="card tone-${allowed ? "yes" : "no"}" role="status" tabindex="-1" autofocus>
      <p class="sign">${icon(allowed ? "yes" : "no")}<span>${words.t(allowed ? "desk.allowed" : "desk.denied")}</span></p>
      ${
        reasons.length === 0
          ? nothing
          : html`<ul>
              ${reasons.map((reason) => html`<li>${reasonSentence(words, reason)}</li>`)}
            </ul>`
      }
      <p class="hint">${words.t("desk.trace")}</p>
    </section>
    ${reading.tables.map((table) => sheet(frame, table))} ${reading.withheld.length === 0 ? nothing : withheld(frame, reading)}
  </div>`;
}

function sheet({ words, names }: Frame, table: Reading["tables"][number]): Html {
  const columns = [...new Set(table.rows.flatMap((row) => Object.keys(row)))];
  const name = names.isPerson(table.table) ? words.t("desk.person") : names.table(table.table);
  const rows = html`<div class="sheet" tabindex="0" role="region" aria-label="${name}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${names.field(`${table.table}.${column}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column) => html`<td>${valueText(words, row[column] ?? null)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
  return html`<section class="card">
    <h2>${name}</h2>
    ${table.rows.length === 0 ? html`<p class="hint">${words.t("desk.noRows")}</p>` : rows}
  </section>`;
}

/** Grouped by kind of data and reason: one line says it for all of the fields. */
function withheld({ words, names }: Frame, reading: Reading): Html {
  const groups = Map.groupBy(reading.withheld, (one) =>
    JSON.stringify([one.category, one.reasons.map((reason) => reasonSentence(words, reason))]),
  );
  return html`<section class="card withheld">
    <h2>${words.t("desk.withheld")}</h2>
    <ul>
      ${[...groups.values()].map((fields) => {
        const [first] = fields;
        if (first === undefined) return nothing;
        const sentences = [...new Set(first.reasons.map((reason) => reasonSentence(words, reason)))];
        const fieldNames = words.list([...new Set(fields.map((one) => names.field(one.field)))]);
        if (first.category === null) return html`<li><strong>${fieldNames}</strong>: ${sentences.join(" ")}</li>`;
        return html`<li>
          <strong>${names.category(first.category)}</strong>: ${sentences.join(" ")}<br /><span class="hint">${fieldNames}</span>
        </li>`;
      })}
    </ul>
  </section>`;
}
