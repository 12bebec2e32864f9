/** One customer at the desk: what for, what the door gives for that, and a sentence for everything it holds back. */
import type { z } from "zod";
import type { readSubject } from "@behest/contracts/records";
import { html } from "hono/html";
import { deskReading } from "./desk-reading.ts";
import { nothing, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import { csrfField, layout, type Frame } from "./layout.ts";
import { errorSummary, pageHead, type FormFault } from "./parts.ts";

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
    <div class="desk split">${question(frame, page)}${page.reading === undefined ? nothing : deskReading(frame, page.reading)}</div>`;
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
