/** Small parts that several pages share. */
import { html } from "hono/html";
import type { Words } from "../i18n/words.ts";
import type { Html } from "./html.ts";
import { ring } from "./icon.ts";

/** A fault of the form: what is wrong, and the field it belongs to. */
export type FormFault = { field: string; message: string };

/** Says what is wrong before anything else on the page; takes the focus, each line leads to its field. */
export const errorSummary = (words: Words, faults: readonly FormFault[]): Html =>
  html`<div class="faults" role="alert" tabindex="-1" autofocus aria-labelledby="faults-title">
    <h2 id="faults-title">${words.t("error.title")}</h2>
    <ul>
      ${faults.map((fault) => html`<li><a href="#${fault.field}">${fault.message}</a></li>`)}
    </ul>
  </div>`;

export const pageHead = (title: string, lead: string): Html =>
  html`<div class="page-head">
    <h1>${title}</h1>
    <p class="lead">${lead}</p>
  </div>`;

/** The head of a first page: across the whole width, with what can be done there. */
export const band = (title: string, lead: string, act: Html): Html =>
  html`<div class="band">
    <div class="band-text">
      <h1>${title}</h1>
      <p class="lead">${lead}</p>
      ${act}
    </div>
    ${ring}
  </div>`;

/** A term and what it is, for `<dl class="facts">`. */
export const fact = (term: string, value: Html | string): Html =>
  html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;

/** Several short things, each on its own. */
export const tags = (items: readonly string[]): Html =>
  html`<ul class="tags">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
