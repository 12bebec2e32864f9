/** Who looked: every look at a person's data, one plain sentence each. */
import type { Access } from "@behest/contracts/records";
import { html } from "hono/html";
import { reasonSentence } from "../i18n/names.ts";
import type { MessageKey, Words } from "../i18n/words.ts";
import { nothing, type Html } from "./html.ts";
import { icon, type IconName } from "./icon.ts";
import { layout, type Frame } from "./layout.ts";
import { pageHead } from "./parts.ts";

export type AccessesPage = { accesses: readonly Access[]; /** The id that older ones come before. */ olderThan: string | undefined };
type Look = "own" | "read" | "refused";
const signOf: Record<Look, { tone: string; icon: IconName; label: MessageKey }> = {
  own: { tone: "no", icon: "look", label: "accesses.sign.own" },
  read: { tone: "told", icon: "look", label: "accesses.sign.read" },
  refused: { tone: "wait", icon: "no", label: "accesses.sign.refused" },
};

export const lookOf = (access: Access): Look => (access.who.kind === "subject" ? "own" : access.allowed ? "read" : "refused");

export function accessesPage(frame: Frame, page: AccessesPage): Html {
  const { words } = frame;
  const body = html`${pageHead(words.t("accesses.title"), words.t("accesses.lead"))}
  ${
    page.accesses.length === 0
      ? html`<p>${words.t("accesses.empty")}</p>`
      : html`<ol class="looks">
          ${ownLooksTogether(words, page.accesses).map(({ access, times }) => entry(frame, access, times))}
        </ol>`
  }
  ${page.olderThan === undefined ? nothing : html`<p><a class="answer" href="/accesses?before=${page.olderThan}">${words.t("accesses.older")}</a></p>`}`;
  return layout(frame, { title: words.t("accesses.title"), current: "accesses", body });
}

/** A person's own looks of one day, one after the other, are one entry: the list is about the others. */
function ownLooksTogether(words: Words, accesses: readonly Access[]): { access: Access; times: number }[] {
  const entries: { access: Access; times: number }[] = [];
  for (const access of accesses) {
    const last = entries.at(-1);
    const same =
      last !== undefined &&
      lookOf(access) === "own" &&
      lookOf(last.access) === "own" &&
      words.date(access.at) === words.date(last.access.at);
    if (same) last.times += 1;
    else entries.push({ access, times: 1 });
  }
  return entries;
}

function entry(frame: Frame, access: Access, times: number): Html {
  const { words } = frame;
  const look = lookOf(access);
  const sign = signOf[look];
  return html`<li class="look tone-${sign.tone}">
    <p class="sign">${icon(sign.icon)}<span>${words.t(sign.label)}</span></p>
    <p class="look-what"><time datetime="${access.at}">${sentence(frame, access, look, times)}</time></p>
    ${look === "own" ? nothing : html`<p class="hint">${words.t("accesses.purpose", { purpose: purposeOf(frame, access) })}</p>`}
    ${look === "refused" && access.reasons.length > 0 ? html`<p class="hint">${words.t("accesses.because", { reasons: [...new Set(access.reasons.map((reason) => reasonSentence(words, reason)))].join(" ") })}</p>` : nothing}
    ${access.usedIn === null ? nothing : html`<p class="hint">${words.t("accesses.country", { country: words.country(access.usedIn) })}</p>`}
  </li>`;
}

function sentence({ words }: Frame, access: Access, look: Look, times: number): string {
  if (look === "own") return words.t("accesses.own", { date: words.date(access.at), times });
  const date = words.dateTime(access.at);
  if (look === "refused") return words.t("accesses.refused", { date, who: access.who.name });
  if (access.categoryNames.length === 0) return words.t("accesses.readNothing", { date, who: access.who.name });
  return words.t("accesses.read", {
    date,
    who: access.who.name,
    categories: words.list(access.categoryNames.map((name) => insideSentence(words.locale, name))),
  });
}

/** English category names begin with a capital on their own only; German nouns keep theirs. */
const insideSentence = (locale: string, name: string): string => (locale === "en" ? name.charAt(0).toLowerCase() + name.slice(1) : name);

function purposeOf({ names }: Frame, access: Access): string {
  return names.purposeDescription(access.purpose) ?? access.purposeName;
}
