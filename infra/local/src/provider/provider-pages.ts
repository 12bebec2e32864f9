/** The pages that the provider library asks for: sign out, signed out, and a request it can't serve. */
import { html, raw } from "hono/html";
import type { ErrorOut, KoaContextWithOIDC } from "oidc-provider";
import { page, pageHeaders } from "../page.ts";
import { localeFor, signInWords } from "./sign-in-words.ts";

/** `form`: the library's hidden form with its own cross-site guard; the button below belongs to it. */
export function renderSignOut(context: KoaContextWithOIDC, form: string): void {
  const words = wordsOf(context);
  const target = context.oidc.client?.postLogoutRedirectUris?.map((uri) => new URL(uri).origin) ?? [];
  send(
    context,
    [...new Set(target)],
    words.words.signOutTitle,
    words.locale,
    html`<section class="card">
      <h1>${words.words.signOutTitle}</h1>
      <p>${words.words.signOutAsk}</p>
      ${raw(form)}
      <button class="wide" type="submit" form="op.logoutForm" name="logout" value="yes">${words.words.signOut}</button>
    </section>`,
  );
}

export function renderSignedOut(context: KoaContextWithOIDC): void {
  const { words, locale } = wordsOf(context);
  send(context, [], words.signOutTitle, locale, html`<section class="card"><h1>${words.signedOut}</h1></section>`);
}

/** The library's texts are for developers and in English; they name no person. */
export function renderFault(context: KoaContextWithOIDC, out: ErrorOut): void {
  const { words, locale } = wordsOf(context);
  send(
    context,
    [],
    words.fault,
    locale,
    html`<section class="card">
      <h1>${words.fault}</h1>
      <p>${words.expiredHint}</p>
      <p class="quiet" lang="en">${out.error}${out.error_description === undefined ? "" : `: ${out.error_description}`}</p>
    </section>`,
  );
}

function wordsOf(context: KoaContextWithOIDC) {
  const wish = context.oidc.params?.["ui_locales"];
  const locale = localeFor([typeof wish === "string" ? wish : undefined, context.get("accept-language")]);
  return { locale, words: signInWords[locale] };
}

function send(
  context: KoaContextWithOIDC,
  formTargets: readonly string[],
  title: string,
  language: string,
  body: ReturnType<typeof html>,
): void {
  context.set(pageHeaders(formTargets));
  context.body = page({ language, title, narrow: true, body });
}
