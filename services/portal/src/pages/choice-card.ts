/** One purpose: everything that a person must know before deciding, and two ways to answer that look alike. */
import type { Choice } from "@behest/contracts/consent";
import type { Channel } from "@behest/contracts/ids";
import { html } from "hono/html";
import type { MessageKey, Words } from "../i18n/words.ts";
import { groupOf, signOf } from "./choice-state.ts";
import { nothing, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import { csrfField, type Frame } from "./layout.ts";
import { fact, tags, type FormFault } from "./parts.ts";

/** The address or number on record for each channel; none: the card asks for one. */
export type ContactPoints = Partial<Record<Channel, string>>;
export type CardExtras = { contactPoints: ContactPoints; saved?: MessageKey | undefined; fault?: FormFault | undefined };

export const cardId = (purpose: string): string => `purpose-${purpose}`;
export const contactFieldId = (purpose: string): string => `contact-${purpose}`;

export function choiceCard(frame: Frame, choice: Choice, extras: CardExtras): Html {
  const { words } = frame;
  const sign = signOf(choice);
  const open = groupOf(choice) === "ask";
  const title = `${cardId(choice.purpose)}-title`;
  return html`<article class="card choice tone-${sign.tone}" id="${cardId(choice.purpose)}" tabindex="-1" aria-labelledby="${title}">
    ${extras.saved === undefined ? nothing : html`<p class="saved" role="status">${icon("yes")}<span>${words.t(extras.saved)}</span></p>`}
    <div class="choice-head">
      <h3 id="${title}">${choice.name}</h3>
      <p class="sign">${icon(sign.icon)}<span>${words.t(sign.label)}</span></p>
    </div>
    <p class="choice-what">${choice.description}</p>
    ${when(words, choice)}${explanation(words, choice)}
    ${open ? html`${facts(words, choice)}${notice(words, choice)}${law(words, choice)}${answers(frame, choice, extras)}` : closed(frame, choice, extras)}
  </article>`;
}

/** Decided or told: the answer at hand stays in sight, the rest is one click away. */
function closed(frame: Frame, choice: Choice, extras: CardExtras): Html {
  const { words } = frame;
  const again = choice.control === "consent" && (choice.status === "refused" || choice.status === "withdrawn");
  const unfold = html`<details class="more" ${extras.fault === undefined ? nothing : html` open`}>
    <summary>
      ${words.t(again ? "choice.lookAgain" : "choice.details")}<span class="unseen">${words.t("choice.about", { name: choice.name })}</span>
    </summary>
    ${facts(words, choice)}${notice(words, choice)}${law(words, choice)}${again ? answers(frame, choice, extras) : nothing}
  </details>`;
  return html`${standing(frame, choice)}${unfold}`;
}

function when(words: Words, choice: Choice): Html {
  if (choice.decidedAt === null || choice.control === "none") return nothing;
  const date = words.date(choice.decidedAt);
  const text =
    choice.status === "granted" && choice.expiresAt !== null
      ? words.t("choice.when.between", { date, end: words.date(choice.expiresAt) })
      : words.t(choice.status === "granted" ? "choice.when.since" : "choice.when.on", { date });
  return html`<p class="hint">${text}</p>`;
}

function explanation(words: Words, choice: Choice): Html {
  if (choice.control !== "consent") return nothing;
  if (choice.status !== "unconfirmed" && choice.status !== "expired" && choice.status !== "outdated") return nothing;
  return html`<p class="hint">${words.t(`status.${choice.status}.why`)}</p>`;
}

function facts(words: Words, choice: Choice): Html {
  const lasts =
    choice.control === "none"
      ? words.t("choice.lasts.told")
      : choice.lastsMonths === null
        ? words.t("choice.lasts.open")
        : words.t("choice.lasts.months", { months: choice.lastsMonths });
  return html`<dl class="facts">
    ${fact(words.t("choice.benefit"), choice.benefit)}
    ${fact(words.t("choice.categories"), tags(choice.categories.map((category) => category.name)))}
    ${fact(words.t("choice.recipients"), tags(choice.recipients))}
    ${choice.channels.length === 0 ? nothing : fact(words.t("choice.channels"), tags(choice.channels.map((channel) => words.t(`channel.${channel}`))))}
    ${fact(words.t("choice.lasts"), lasts)}
  </dl>`;
}

function notice(words: Words, choice: Choice): Html {
  const label: MessageKey =
    choice.control !== "consent" ? "choice.notice.told" : groupOf(choice) === "yes" ? "choice.notice.agreed" : "choice.notice";
  return html`<figure class="notice">
    <figcaption>${words.t(label)}</figcaption>
    <blockquote>${choice.notice.text}</blockquote>
    <p class="notice-version">${words.t("choice.notice.version", { date: words.date(choice.notice.version) })}</p>
  </figure>`;
}

const law = (words: Words, choice: Choice): Html =>
  html`<details class="law">
    <summary>${words.t("choice.law")}<span class="unseen">${words.t("choice.about", { name: choice.name })}</span></summary>
    <p>${words.coded("basis.", choice.legalBasis)}</p>
    <p class="citation" lang="en">${choice.citation}</p>
  </details>`;

/** Agreeing and refusing: one form, two buttons of one look. GDPR Art. 7(3) and EDPB 05/2020: saying no is as easy as saying yes. */
function answers(frame: Frame, choice: Choice, extras: CardExtras): Html {
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
    <div class="answer-row">${answer(words, choice, "grant", "choice.agree")}${answer(words, choice, "refuse", "choice.refuse")}</div>
  </form>`;
}

/** What stood when the form was made, so that the same form sent twice can be told from a new decision. */
const standingMark = (choice: Choice): string => `${choice.status} ${choice.decidedAt ?? ""}`;

const answer = (words: Words, choice: Choice, action: string, label: MessageKey): Html =>
  html`<button class="answer" name="action" value="${action}">
    ${words.t(label)}<span class="unseen">${words.t("choice.about", { name: choice.name })}</span>
  </button>`;

function contact(words: Words, choice: Choice, { contactPoints, fault }: CardExtras): Html {
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
function standing(frame: Frame, choice: Choice): Html {
  const act = standingAct(choice);
  if (act === undefined && choice.receipt === null) return nothing;
  const { words, viewer } = frame;
  const about = html`<span class="unseen">${words.t("choice.about", { name: choice.name })}</span>`;
  return html`<div class="standing">
    ${act === undefined ? nothing : html`<form method="post" action="/choices/${choice.purpose}">${viewer === undefined ? nothing : csrfField(viewer)}<button class="answer" name="action" value="${act.action}">${words.t(act.label)}${about}</button></form>`}
    ${choice.receipt === null ? nothing : html`<a class="receipt-link" href="/receipts/${choice.receipt}">${icon("receipt")}${words.t("choice.receipt")}${about}</a>`}
  </div>`;
}

function standingAct(choice: Choice): { action: string; label: MessageKey } | undefined {
  if (choice.control === "none") return undefined;
  if (choice.control === "consent")
    return choice.status === "granted" || choice.status === "unconfirmed" ? { action: "withdraw", label: "choice.withdraw" } : undefined;
  return choice.objected ? { action: "lift-objection", label: "choice.liftObjection" } : { action: "object", label: "choice.object" };
}
