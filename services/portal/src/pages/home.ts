/** The overview of a signed-in person: what can be done here, each with where it stands today. */
import { html } from "hono/html";
import { nothing, type Html } from "./html.ts";
import { icon, type IconName } from "./icon.ts";
import { layout, type Frame } from "./layout.ts";
import { band } from "./parts.ts";

export type HomePage = {
  name: string;
  waiting: number;
  agreed: number;
  stored: { categories: number; rows: number };
  /** Looks by others within 30 days; `more`: the list went on. */
  looks: { count: number; more: boolean; last: string | undefined };
  jurisdictions: readonly string[];
};
type Card = { href?: string; sign: IconName; title: string; headline: string; text: string };

export function homePage(frame: Frame, page: HomePage): Html {
  const { words, names, cell } = frame;
  const { looks } = page;
  const body = html`${band(words.t("home.title", { name: page.name }), words.t("home.lead"), nothing)}
    <ul class="cards">
      ${card({ href: "/choices", sign: "choice", title: words.t("nav.choices"), headline: words.t("home.choices.waiting", { count: page.waiting }), text: words.t("home.choices.agreed", { count: page.agreed }) })}
      ${card({ href: "/stored", sign: "stored", title: words.t("nav.stored"), headline: words.t("home.stored.count", { categories: page.stored.categories }), text: words.t("home.stored.text", { rows: page.stored.rows }) })}
      ${card({
        href: "/accesses",
        sign: "look",
        title: words.t("nav.accesses"),
        headline: looks.more
          ? words.t("home.accesses.more", { count: looks.count })
          : words.t("home.accesses.count", { count: looks.count }),
        text:
          looks.last === undefined
            ? words.t("home.accesses.never")
            : `${words.t("home.accesses.last", { date: words.date(looks.last) })} ${words.t("home.accesses.never")}`,
      })}
      ${card({ sign: "told", title: words.t("home.law"), headline: words.list(page.jurisdictions.map(names.jurisdiction)), text: words.t("home.law.text", { region: words.t(`region.${cell}`) }) })}
    </ul>`;
  return layout(frame, { title: words.t("nav.home"), current: "home", body });
}

const card = ({ href, sign, title, headline, text }: Card): Html =>
  html`<li class="card overview">
    ${icon(sign)}
    <h2>${href === undefined ? title : html`<a href="${href}">${title}</a>`}</h2>
    <p class="headline">${headline}</p>
    <p class="hint">${text}</p>
  </li>`;
