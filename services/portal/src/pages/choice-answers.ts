/** The ways to answer on a card. GDPR Art. 7(3), EDPB 05/2020: saying no is as easy as saying yes. */
import type { Choice } from "@behest/contracts/consent";
import type { Channel } from "@behest/contracts/ids";
import { html } from "hono/html";
import type { MessageKey, Words } from "../i18n/words.ts";
import { stanceOf } from "./choice-state.ts";
import { nothing, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import { csrfField, type Frame } from "./layout.ts";
import type { FormFault } from "./parts.ts";

/** The address or number on record for each channel; none: the card asks for one. */
export type ContactPoints = Partial<Record<Channel, string>>;
export type AnswerExtras = { contactPoints: ContactPoints; fault?: FormFault | undefined };
type Act = { action: "grant" | "refuse" | "withdraw" | "object" | "lift-objection"; label: MessageKey };

export const contactFieldId = (purpose: string): string => `contact-${purpose}`;

/** Yes and no: one form, two buttons of one look. */
export function answers(frame: Frame, choice: Choice, extras: AnswerExtras): Html {
  const { words, viewer } = frame;
  return html`<form class="answers" method="post" action="/choices/${choice.purpose}">
    ${viewer === undefined ? nothing : csrfField(viewer)} <input type="hidden" name="version" value="${choice.notice.version}" /><input
      type="hidden"
      name="hash"
      value="${choice.notice.hash}"
    /><input type="hidden" name="noticeLocale" value="${words.locale}" /><input
      type="hidden"
      name="before"
      value="${standingMark(choice)}"
    />
    ${choice.needsContactPoint ? contact(words, choice, extras) : nothing}
    <div class="answer-row">${button(words, choice, { action: "grant", label: "choice.agree" })}${button(words, choice, noOf(choice))}</div>
  </form>`;
}

/** Where the use goes on without a yes, a no is the objection that the law grants, and can be taken back as one. */
const noOf = (choice: Choice): Act =>
  stanceOf(choice) === "customer" ? { action: "object", label: "choice.object" } : { action: "refuse", label: "choice.refuse" };

/** What stood when the form was made, so that the same form sent twice can be told from a new decision. */
const standingMark = (choice: Choice): string => `${choice.status} ${choice.decidedAt ?? ""}`;

const button = (words: Words, choice: Choice, { action, label }: Act): Html =>
  html`<button class="answer" name="action" value="${action}" aria-label="${labelAbout(words, choice, label)}">${words.t(label)}</button>`;

/** As a label, not as hidden text: a browser would read a space before the colon of a text that is out of the line. */
export const labelAbout = (words: Words, { name }: Choice, label: MessageKey): string =>
  `${words.t(label)}${words.t("choice.about", { name })}`;

function contact(words: Words, choice: Choice, { contactPoints, fault }: AnswerExtras): Html {
  const channel = choice.channels[0] ?? "email";
  const known = contactPoints[channel];
  const field = contactFieldId(choice.purpose);
  const hidden = html`<input type="hidden" name="channel" value="${channel}" />`;
  if (known !== undefined && fault === undefined)
    return html`${hidden}<input type="hidden" name="contact" value="${known}" />
      <p class="contact">${words.t("choice.contact.bound", { value: known })}</p>`;
  const kind = channel === "email" ? "email" : "phone";
  const described = fault === undefined ? `${field}-hint` : `${field}-hint ${field}-fault`;
  return html`${hidden}
    <div class="field${fault === undefined ? "" : " field-fault"}">
      <label for="${field}">${words.t(`choice.contact.${kind}`)}</label>
      <p class="hint" id="${field}-hint">${words.t("choice.contact.hint")}</p>
      ${fault === undefined ? nothing : html`<p class="fault" id="${field}-fault"><span class="unseen">${words.t("error.prefix")}: </span>${fault.message}</p>`}
      <input
        id="${field}"
        name="contact"
        type="${kind === "email" ? "email" : "tel"}"
        autocomplete="${kind === "email" ? "email" : "tel"}"
        aria-describedby="${described}"
        ${fault === undefined ? nothing : html` aria-invalid="true"`}
        value="${known ?? ""}"
      />
    </div>`;
}

/** What can be done about a decision that stands: one click, no questions. */
export function standing(frame: Frame, choice: Choice): Html {
  const act = standingAct(choice);
  if (act === undefined && choice.receipt === null) return nothing;
  const { words, viewer } = frame;
  return html`<div class="standing">
    ${act === undefined ? nothing : html`<form method="post" action="/choices/${choice.purpose}">${viewer === undefined ? nothing : csrfField(viewer)}${button(words, choice, act)}</form>`}
    ${choice.receipt === null ? nothing : html`<a class="receipt-link" href="/receipts/${choice.receipt}" aria-label="${labelAbout(words, choice, "choice.receipt")}">${icon("receipt")}${words.t("choice.receipt")}</a>`}
  </div>`;
}

function standingAct(choice: Choice): Act | undefined {
  switch (stanceOf(choice)) {
    case "granted":
    case "unconfirmed":
    case "unused":
      return { action: "withdraw", label: "choice.withdraw" };
    case "objected":
      return { action: "lift-objection", label: "choice.liftObjection" };
    case "lawful":
    case "idle":
      return { action: "object", label: "choice.object" };
    default:
      return undefined;
  }
}
