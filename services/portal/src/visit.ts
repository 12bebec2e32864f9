/** One request to a page: who it is from, in which language, and what they may call with their own tokens. */
import type { Cell, Locale } from "@behest/contracts/ids";
import { createBehest, type Behest } from "@behest/sdk/behest";
import type { Context } from "hono";
import { cookies } from "./cookies.ts";
import { csrfOf } from "./form.ts";
import { namesIn } from "./i18n/names.ts";
import { negotiateLocale } from "./i18n/negotiate.ts";
import { wordsIn } from "./i18n/words.ts";
import type { Frame, NavPage } from "./pages/layout.ts";
import { personToken } from "./person-tokens.ts";
import type { Portal } from "./portal.ts";
import { tokenServices } from "./session-data.ts";
import type { Session } from "./session-store.ts";

export type Visit = { frame: Frame; locale: Locale; session: Session | undefined };

const timeZoneOf: Record<Cell, string> = {
  eu: "Europe/Berlin",
  uk: "Europe/London",
  us: "America/New_York",
  cn: "Asia/Shanghai",
  jp: "Asia/Tokyo",
};
const deskRoles = ["support-agent", "sales", "sales-manager"];
const oversightRoles = ["officer", "senior-officer", "auditor"];

export async function visitOf(c: Context, portal: Portal): Promise<Visit> {
  const id = cookies(portal).read(c, "session");
  const session = id === undefined ? undefined : await portal.sessions.find(id);
  return { ...frameOf(c, portal, session), session };
}

/** Without looking for a session: for pages that nobody signs in for, and for telling that the database is gone. */
export function frameOf(c: Context, portal: Portal, session: Session | undefined): { frame: Frame; locale: Locale } {
  const locale = negotiateLocale(cookies(portal).read(c, "locale"), c.req.header("accept-language"));
  const viewer = session === undefined ? undefined : { name: session.data.name, csrf: csrfOf(portal, session), pages: pagesFor(session) };
  const path = new URL(c.req.url).pathname;
  return {
    locale,
    frame: {
      words: wordsIn(locale, timeZoneOf[portal.cell]),
      names: namesIn(portal.policies, locale),
      cell: portal.cell,
      stylesheet: portal.assets.stylesheetPath,
      path,
      viewer,
    },
  };
}

export function pagesFor({ data }: Session): NavPage[] {
  if (data.subject !== null) return ["home", "choices", "stored", "accesses"];
  const has = (roles: readonly string[]) => data.roles.some((role) => roles.includes(role));
  return [...(has(deskRoles) ? (["desk"] as const) : []), ...(has(oversightRoles) ? (["oversight"] as const) : [])];
}

/** The services, called as the signed-in person: never with a subject header, always with their own token. */
export function behestFor(portal: Portal, session: Session): Behest {
  return createBehest({
    cells: { [portal.cell]: portal.services },
    credentials: {
      token: ({ service }) => {
        const wanted = tokenServices.find((name) => name === service);
        if (wanted === undefined) throw new TypeError(`nobody has a token for ${service}`);
        return personToken(session, wanted, {
          identity: portal.identity,
          sessions: portal.sessions,
          nowMs: () => portal.clock.now().getTime(),
        });
      },
    },
  });
}
