/** The frame of every page: head, banner, navigation, the page itself, languages and the way out. */
import { locales, type Cell } from "@behest/contracts/ids";
import { html } from "hono/html";
import type { Names } from "../i18n/names.ts";
import { languageNames, type MessageKey, type Words } from "../i18n/words.ts";
import { nothing, type Html } from "./html.ts";
import { mark } from "./icon.ts";

export type NavPage = "home" | "choices" | "stored" | "accesses" | "desk" | "oversight";
/** Who is signed in, as far as a page shows it. `csrf` goes into every form. */
export type Viewer = { name: string; csrf: string; pages: readonly NavPage[] };
/** What every page needs besides its own data. `path` is this page's own, for coming back after a change of language. */
export type Frame = { words: Words; names: Names; cell: Cell; stylesheet: string; path: string; viewer?: Viewer | undefined };
export type PageParts = {
  title: string;
  current?: NavPage;
  /** Told before the title, as a screen reader hears it first. */ error?: boolean;
  body: Html;
};

const addressOf: Record<NavPage, string> = {
  home: "/",
  choices: "/choices",
  stored: "/stored",
  accesses: "/accesses",
  desk: "/desk",
  oversight: "/oversight",
};
const labelOf: Record<NavPage, MessageKey> = {
  home: "nav.home",
  choices: "nav.choices",
  stored: "nav.stored",
  accesses: "nav.accesses",
  desk: "nav.desk",
  oversight: "nav.oversight",
};

export function layout(frame: Frame, page: PageParts): Html {
  const { words, viewer } = frame;
  const site = words.t(siteOf(viewer, page.current));
  const title = `${page.error === true ? `${words.t("error.prefix")}: ` : ""}${page.title} · ${site}`;
  return html`<!doctype html>
    <html lang="${words.locale}">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="/assets/mark.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${frame.stylesheet}" />
      </head>
      <body>
        <a class="skip" href="#content">${words.t("site.skip")}</a>
        <header class="banner">
          <div class="wide banner-row">
            <a class="brand" href="/">${mark}<span class="brand-name">Behest</span><span class="brand-site">${site}</span></a>
            ${viewer === undefined ? nothing : account(words, viewer)}
          </div>
          ${viewer === undefined || viewer.pages.length === 0 ? nothing : navigation(words, viewer, page.current)}
        </header>
        <main id="content" class="wide" tabindex="-1">${page.body}</main>
        ${footer(frame)}
      </body>
    </html>`;
}

/** Staff come to look after others: the site has the name of their task, and says nothing of "your data". */
const isStaff = (viewer: Viewer | undefined): boolean => viewer?.pages.some((page) => page === "desk" || page === "oversight") ?? false;

function siteOf(viewer: Viewer | undefined, current: NavPage | undefined): MessageKey {
  if (!isStaff(viewer)) return "site.name";
  return (current ?? viewer?.pages[0]) === "oversight" ? "site.oversight" : "site.desk";
}

const account = (words: Words, viewer: Viewer): Html =>
  html`<form class="account" method="post" action="/sign-out">
    ${csrfField(viewer)}<span class="account-name"
      ><span class="unseen">${words.t("site.signedInAs", { name: "" })}</span>${viewer.name}</span
    ><button class="quiet">${words.t("site.signOut")}</button>
  </form>`;

const navigation = (words: Words, viewer: Viewer, current: NavPage | undefined): Html =>
  html`<nav class="wide pages" aria-label="${words.t("site.menu")}">
    <ul>
      ${viewer.pages.map(
        (name) =>
          html`<li>
            <a href="${addressOf[name]}" ${name === current ? html` aria-current="page"` : nothing}>${words.t(labelOf[name])}</a>
          </li>`,
      )}
    </ul>
  </nav>`;

function footer({ words, cell, path, viewer }: Frame): Html {
  return html`<footer class="foot">
    <div class="wide foot-row">
      <form class="languages" method="post" action="/language">
        ${viewer === undefined ? nothing : csrfField(viewer)}<input type="hidden" name="back" value="${path}" />
        <fieldset>
          <legend class="unseen">${words.t("site.languages")}</legend>
          ${locales.map(
            (locale) =>
              html`<button
                class="quiet"
                name="locale"
                value="${locale}"
                lang="${locale}"
                ${locale === words.locale ? html` aria-current="true"` : nothing}
              >
                ${languageNames[locale]}
              </button>`,
          )}
        </fieldset>
      </form>
      <p>
        ${isStaff(viewer) ? nothing : html`${words.t("site.region", { region: words.t(`region.${cell}`) })}<br />`}${words.t("site.about")}
      </p>
    </div>
  </footer>`;
}

export const csrfField = (viewer: Viewer): Html => html`<input type="hidden" name="csrf" value="${viewer.csrf}" />`;
