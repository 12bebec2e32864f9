/** One purpose: everything that a person must know before deciding, and two ways to answer that look alike. */
import type { Choice } from "@behest/contracts/consent";
import { html } from "hono/html";
import type { MessageKey, Words } from "../i18n/words.ts";
import { answers, labelAbout, standing, type AnswerExtras } from "./choice-answers.ts";
import { groupOf, signOf, stanceOf, whyOf } from "./choice-state.ts";
import { nothing, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import type { Frame } from "./layout.ts";
import { fact, tags } from "./parts.ts";

export type CardExtras = AnswerExtras & { saved?: MessageKey | undefined };

export const cardId = (purpose: string): string => `purpose-${purpose}`;

export function choiceCard(frame: Frame, choice: Choice, extras: CardExtras): Html {
  const { words } = frame;
  const sign = signOf(choice);
  const open = groupOf(choice) === "ask" || stanceOf(choice) === "customer";
  const why = whyOf(choice);
  const title = `${cardId(choice.purpose)}-title`;
  return html`<article class="card choice tone-${sign.tone}" id="${cardId(choice.purpose)}" tabindex="-1" aria-labelledby="${title}">
    ${extras.saved === undefined ? nothing : html`<p class="saved" role="status">${icon("yes")}<span>${words.t(extras.saved)}</span></p>`}
    <div class="choice-head">
      <h3 id="${title}">${choice.name}</h3>
      <p class="sign">${icon(sign.icon)}<span>${words.t(sign.label)}</span></p>
    </div>
    <p class="choice-what">${choice.description}</p>
    ${when(words, choice)}${why === undefined ? nothing : html`<p class="hint">${words.t(why)}</p>`}
    ${open ? html`${facts(words, choice)}${notice(words, choice)}${law(words, choice)}${answers(frame, choice, extras)}` : closed(frame, choice, extras)}
  </article>`;
}

/** Decided or told: the answer at hand stays in sight, the rest is one click away. */
function closed(frame: Frame, choice: Choice, extras: CardExtras): Html {
  const { words } = frame;
  const again = mayDecideAnew(choice);
  const label = again ? "choice.lookAgain" : "choice.details";
  const unfold = html`<details class="more" ${extras.fault === undefined ? nothing : html` open`}>
    <summary aria-label="${labelAbout(words, choice, label)}">${words.t(label)}</summary>
    ${facts(words, choice)}${notice(words, choice)}${law(words, choice)}${again ? answers(frame, choice, extras) : nothing}
  </details>`;
  return html`${standing(frame, choice)}${unfold}`;
}

/** After a no the way to a yes stays open where a yes has a meaning in law. */
function mayDecideAnew(choice: Choice): boolean {
  const stance = stanceOf(choice);
  if (stance === "objected") return choice.control === "consent";
  return (stance === "refused" || stance === "withdrawn") && (choice.control === "consent" || choice.legalBasis === "opt-out");
}

function when(words: Words, choice: Choice): Html {
  if (choice.decidedAt === null || choice.control === "none") return nothing;
  const date = words.date(choice.decidedAt);
  const counts = choice.status === "granted" && choice.allowedNow;
  const text =
    counts && choice.expiresAt !== null
      ? words.t("choice.when.between", { date, end: words.date(choice.expiresAt) })
      : words.t(counts ? "choice.when.since" : "choice.when.on", { date });
  return html`<p class="hint">${text}</p>`;
}

/** Months are those of a yes; what goes on without one lasts until the objection. */
function lasts(words: Words, choice: Choice): string {
  if (choice.control === "none") return words.t("choice.lasts.told");
  if (choice.control === "objection" || stanceOf(choice) === "customer") return words.t("choice.lasts.object");
  return choice.lastsMonths === null ? words.t("choice.lasts.open") : words.t("choice.lasts.months", { months: choice.lastsMonths });
}

function facts(words: Words, choice: Choice): Html {
  return html`<dl class="facts">
    ${fact(words.t("choice.benefit"), choice.benefit)}
    ${fact(words.t("choice.categories"), tags(choice.categories.map((category) => category.name)))}
    ${fact(words.t("choice.recipients"), tags(choice.recipients))}
    ${choice.channels.length === 0 ? nothing : fact(words.t("choice.channels"), tags(choice.channels.map((channel) => words.t(`channel.${channel}`))))}
    ${fact(words.t("choice.lasts"), lasts(words, choice))}
  </dl>`;
}

function notice(words: Words, choice: Choice): Html {
  const label: MessageKey =
    choice.control !== "consent"
      ? "choice.notice.told"
      : choice.status === "granted" || choice.status === "unconfirmed"
        ? "choice.notice.agreed"
        : "choice.notice";
  return html`<figure class="notice">
    <figcaption>${words.t(label)}</figcaption>
    <blockquote>${choice.notice.text}</blockquote>
    <p class="notice-version">${words.t("choice.notice.version", { date: words.date(choice.notice.version) })}</p>
  </figure>`;
}

const law = (words: Words, choice: Choice): Html =>
  html`<details class="law">
    <summary>${words.t("choice.law")}<span class="unseen">${words.t("choice.about", { name: choice.name })}</span></summary>
    <p>${words.coded("basis.", stanceOf(choice) === "customer" ? "customer" : choice.legalBasis)}</p>
    <p class="citation" lang="en">${choice.citation}</p>
  </details>`;
