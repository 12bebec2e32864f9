/** The first page: for a guest what this is, for a customer where things stand, for staff their own first page. */
import { listChoices } from "@behest/contracts/consent";
import { listAccesses } from "@behest/contracts/records";
import type { Hono } from "hono";
import { knownPerson } from "./known-person.ts";
import { PageProblem } from "./page-problem.ts";
import { lookOf } from "./pages/accesses.ts";
import { groupOf } from "./pages/choice-state.ts";
import { homePage, type HomePage } from "./pages/home.ts";
import { welcomePage } from "./pages/welcome.ts";
import type { Portal } from "./portal.ts";
import { withSubject, type SignedSubject } from "./require-session.ts";
import { pagesFor, visitOf } from "./visit.ts";

const recentDays = 30;
const looksMax = 200;

export function serveHome(pages: Hono, portal: Portal): void {
  pages.get("/", async (c) => {
    const { frame, session } = await visitOf(c, portal);
    if (session === undefined) return c.html(welcomePage(frame, { signedOut: c.req.query("state") === "signed-out" }));
    if (session.data.subject !== null)
      return withSubject(c, portal, async (visit) => c.html(homePage(visit.frame, await overviewOf(portal, visit))));
    const [first] = pagesFor(session);
    if (first === undefined) throw new PageProblem(session.data.roles.length > 0 ? "forbidden" : "not_linked");
    return c.redirect(`/${first}`, 303);
  });
}

async function overviewOf(portal: Portal, visit: SignedSubject): Promise<HomePage> {
  const { behest, subject, locale, session } = visit;
  // First, because it may leave a look and renew the token that the others need as well.
  const known = await knownPerson(portal, visit);
  const [choices, looks] = await Promise.all([
    behest.call("consent", portal.cell, listChoices, { params: { subject }, query: { locale } }),
    behest.call("records", portal.cell, listAccesses, { params: { subject }, query: { locale, limit: looksMax } }),
  ]);
  const groups = Map.groupBy(choices.body.choices, groupOf);
  const since = new Date(portal.clock.now().getTime() - recentDays * 24 * 3_600_000).toISOString();
  const others = looks.body.accesses.filter((access) => lookOf(access) !== "own");
  const recent = others.filter((access) => access.at >= since);
  const oldest = looks.body.accesses.at(-1)?.at ?? "";
  return {
    name: session.data.name,
    waiting: groups.get("ask")?.length ?? 0,
    agreed: groups.get("yes")?.length ?? 0,
    stored: { categories: known.categories, rows: known.rows },
    looks: { count: recent.length, more: looks.body.more && oldest >= since, last: others[0]?.at },
    jurisdictions: choices.body.jurisdictions,
  };
}
