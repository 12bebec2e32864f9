/** What is stored about me: by category the values, where they came from, what they may be used for, and when they go. */
import type { z } from "zod";
import type { listStored } from "@behest/contracts/records";
import { html } from "hono/html";
import type { Words } from "../i18n/words.ts";
import { nothing, type Html } from "./html.ts";
import { layout, type Frame } from "./layout.ts";
import { fact, pageHead, tags } from "./parts.ts";
import { record } from "./record.ts";

export type Stored = z.output<(typeof listStored)["answers"][200]["schema"]>;
type Category = Stored["categories"][number];
type Table = Category["tables"][number];

const technical = "reference";
/** A category with no more fields than this is shown unfolded. */
const fieldsUnfoldedMax = 12;

/** `only`: the one table of which more rows are shown. */
export function storedPage(frame: Frame, stored: Stored, only?: string): Html {
  const { words } = frame;
  // Numbers and dates of records say little to a person: last.
  const wanted = only === undefined ? stored.categories : stored.categories.flatMap((category) => partOf(category, only));
  const categories = wanted.toSorted((a, b) => Number(a.code === technical) - Number(b.code === technical));
  const body = html`${pageHead(words.t("stored.title"), words.t("stored.lead"))}${only === undefined ? nothing : html`<p><a href="/stored">${words.t("stored.all")}</a></p>`}
  ${
    categories.length === 0
      ? html`<p>${words.t("stored.empty")}</p>`
      : html`<div class="with-contents">
          ${contents(words, categories)}
          <div class="groups close">${categories.map((category) => section(words, category, only))}</div>
        </div>`
  }`;
  return layout(frame, { title: words.t("stored.title"), current: "stored", body });
}

const contents = (words: Words, categories: readonly Category[]): Html =>
  html`<nav class="contents" aria-label="${words.t("choices.contents")}">
    <ul>
      ${categories.map(
        (category) =>
          html`<li>
            <a href="#category-${category.code}"
              ><span>${category.name}</span><span class="count">${words.number(entriesIn(category))}</span></a
            >
          </li>`,
      )}
    </ul>
  </nav>`;

const entriesIn = (category: Category): number => category.tables.reduce((sum, table) => sum + table.total, 0);

/** Its part of a category: the columns of one table can be of several. */
function partOf(category: Category, table: string): Category[] {
  const tables = category.tables.filter((one) => one.table === table);
  return tables.length === 0 ? [] : [{ ...category, tables }];
}

function section(words: Words, category: Category, only: string | undefined): Html {
  return html`<section class="card stored" aria-labelledby="category-${category.code}">
    <div class="choice-head">
      <h2 id="category-${category.code}">${category.name}</h2>
      ${category.sensitive ? html`<p class="sign tone-wait"><span>${words.t("stored.sensitive")}</span></p>` : nothing}
    </div>
    ${category.tables.map((table) => values(words, category, table, only))}
    <dl class="facts">
      ${fact(words.t("stored.source"), category.source)}
      ${fact(words.t("stored.purposes"), category.purposes.length === 0 ? words.t("stored.noPurpose") : tags(category.purposes.map((purpose) => purpose.name)))}
      ${fact(words.t("stored.kept"), category.keptUntil)}
    </dl>
  </section>`;
}

function values(words: Words, category: Category, table: Table, only: string | undefined): Html {
  const fields = table.rows.reduce((sum, row) => sum + row.length, 0);
  const shown = html`<span class="count-text"
    >${
      table.rows.length < table.total
        ? words.t("stored.values", { shown: words.number(table.rows.length), total: words.number(table.total) })
        : words.t("stored.values.all", { count: table.total })
    }</span
  >`;
  const records = html`<ul class="records">
    ${table.rows.map((row) => html`<li>${record(words, row)}</li>`)}
  </ul>`;
  return html`<details
    class="values"
    ${only !== undefined || (fields <= fieldsUnfoldedMax && category.code !== technical) ? html` open` : nothing}
  >
    <summary>${table.label} ${shown}</summary>
    ${records}${
      only !== undefined || table.rows.length >= table.total
        ? nothing
        : html`<p>
            <a href="/stored?table=${table.table}"
              >${words.t("stored.more")}<span class="unseen">${words.t("choice.about", { name: table.label })}</span></a
            >
          </p>`
    }
  </details>`;
}
