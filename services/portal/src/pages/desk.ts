/** The desk of sales and support: find a customer by key, or pick one of one's own. */
import { html } from "hono/html";
import { nothing, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import { csrfField, layout, type Frame } from "./layout.ts";
import { errorSummary, pageHead, type FormFault } from "./parts.ts";

export type DeskPage = {
  people: readonly { subject: string; source: string; key: string }[];
  /** The role may see everybody: a list would be of no use. */
  everyone: boolean;
  asked: { source: string; key: string };
  faults: readonly FormFault[];
};

export function deskPage(frame: Frame, page: DeskPage): Html {
  const { words } = frame;
  const body = html`${page.faults.length === 0 ? nothing : errorSummary(words, page.faults)}
    ${pageHead(words.t("desk.title"), words.t("desk.lead"))}
    <div class="desk split">${search(frame, page)}${portfolio(frame, page)}</div>`;
  return layout(frame, { title: words.t("desk.title"), current: "desk", error: page.faults.length > 0, body });
}

function search(frame: Frame, page: DeskPage): Html {
  const { words, viewer } = frame;
  return html`<form class="card" method="post" action="/desk/find">
    <h2>${words.t("desk.find")}</h2>
    ${viewer === undefined ? nothing : csrfField(viewer)}
    ${field(frame, page, "source", words.t("desk.source"), words.t("desk.source.hint"))}${field(frame, page, "key", words.t("desk.key"), undefined)}
    <div><button class="act">${icon("search")}${words.t("desk.search")}</button></div>
  </form>`;
}

function field({ words }: Frame, page: DeskPage, name: "source" | "key", label: string, hint: string | undefined): Html {
  const fault = page.faults.find((one) => one.field === name);
  const described = [hint === undefined ? [] : [`${name}-hint`], fault === undefined ? [] : [`${name}-fault`]].flat().join(" ");
  return html`<div class="field${fault === undefined ? "" : " field-fault"}">
    <label for="${name}">${label}</label>${hint === undefined ? nothing : html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${fault === undefined ? nothing : html`<p class="fault" id="${name}-fault"><span class="unseen">${words.t("error.prefix")}: </span>${fault.message}</p>`}
    <input
      id="${name}"
      name="${name}"
      maxlength="120"
      autocomplete="off"
      spellcheck="false"
      value="${page.asked[name]}"
      ${described === "" ? nothing : html` aria-describedby="${described}"`}${fault === undefined ? nothing : html` aria-invalid="true"`}
    />
  </div>`;
}

function portfolio({ words }: Frame, page: DeskPage): Html {
  const list = html`<ul class="picks">
    ${page.people.map((person) => html`<li><a href="/desk/${person.subject}">${person.source} · ${person.key}</a></li>`)}
  </ul>`;
  return html`<section class="card">
    <h2>${words.t("desk.portfolio")}</h2>
    ${page.everyone ? html`<p class="hint">${words.t("desk.portfolio.everyone")}</p>` : page.people.length === 0 ? html`<p class="hint">${words.t("desk.portfolio.empty")}</p>` : list}
  </section>`;
}
