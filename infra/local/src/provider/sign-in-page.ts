/** The page where a person types address and password. It works without JavaScript. */
import { type Locale, locales } from "@behest/contracts/ids";
import { html } from "hono/html";
import { type Markup, page } from "../page.ts";
import { localeNames, signInWords } from "./sign-in-words.ts";

export type SignInView = {
  locale: Locale;
  email: string;
  problem?: string;
  /** Whom to offer for a click; a demo only. */
  people: ReadonlyArray<{ name: string; email: string; role: string }>;
};

export function signInPage({ locale, email, problem, people }: SignInView): string {
  const words = signInWords[locale];
  const body = html`<section class="card">
      <h1>${words.title}</h1>
      <p class="quiet">${words.intro}</p>
      ${problem === undefined ? "" : html`<p class="problem" role="alert" id="problem">${problem}</p>`}
      <form method="post" action="?${new URLSearchParams({ lang: locale }).toString()}">
        <label for="email">${words.email}</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          required
          maxlength="254"
          value="${email}"
          ${problem === undefined ? "" : html`aria-describedby="problem"`}
        />
        <label for="password">${words.password}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          maxlength="200"
          ${problem === undefined ? "" : html`aria-describedby="problem"`}
        />
        <button class="wide" type="submit">${words.submit}</button>
      </form>
    </section>
    ${people.length === 0 ? "" : offered(locale, people)}`;
  return page({ language: locale, title: words.title, narrow: true, aside: languageLinks(locale, email), body });
}

function offered(locale: Locale, people: SignInView["people"]): Markup {
  const words = signInWords[locale];
  return html`<section class="card" aria-labelledby="people">
    <h2 id="people">${words.demoHeading}</h2>
    <p class="quiet">${words.demoHint}</p>
    <ul class="plain">
      ${people.map((person) => html`<li><a href="?${new URLSearchParams({ lang: locale, as: person.email }).toString()}">${person.name}</a><span class="quiet">${words.roles[person.role] ?? person.role}</span></li>`)}
    </ul>
  </section>`;
}

function languageLinks(current: Locale, email: string): Markup {
  return html`<nav class="languages" aria-label="${signInWords[current].language}">
    ${locales.map((locale) => {
      const query = new URLSearchParams({ lang: locale, ...(email === "" ? {} : { as: email }) }).toString();
      return html`<a href="?${query}" lang="${locale}" hreflang="${locale}" ${locale === current ? html`aria-current="true"` : ""}
        >${localeNames[locale]}</a
      >`;
    })}
  </nav>`;
}

export function expiredPage(locale: Locale): string {
  const words = signInWords[locale];
  return page({
    language: locale,
    title: words.expired,
    narrow: true,
    body: html`<section class="card">
      <h1>${words.expired}</h1>
      <p>${words.expiredHint}</p>
    </section>`,
  });
}
