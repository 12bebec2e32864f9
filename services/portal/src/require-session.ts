/** Pages for which somebody must be signed in, as the right kind of person. */
import type { SubjectId } from "@behest/contracts/ids";
import type { Behest } from "@behest/sdk/behest";
import type { Context } from "hono";
import type { NavPage } from "./pages/layout.ts";
import { PageProblem } from "./page-problem.ts";
import type { Portal } from "./portal.ts";
import type { Session } from "./session-store.ts";
import { behestFor, pagesFor, visitOf, type Visit } from "./visit.ts";

export type Signed = Visit & { session: Session; behest: Behest };
export type SignedSubject = Signed & { subject: SubjectId };

/** Sends to sign in who isn't; throws `PageProblem` forbidden where the page isn't for their role. */
export async function withStaff(c: Context, portal: Portal, page: NavPage, show: (visit: Signed) => Promise<Response>): Promise<Response> {
  const visit = await visitOf(c, portal);
  if (visit.session === undefined) return toSignIn(c);
  if (!pagesFor(visit.session).includes(page)) throw new PageProblem("forbidden");
  return show({ ...visit, session: visit.session, behest: behestFor(portal, visit.session) });
}

export async function withSubject(c: Context, portal: Portal, show: (visit: SignedSubject) => Promise<Response>): Promise<Response> {
  const visit = await visitOf(c, portal);
  if (visit.session === undefined) return toSignIn(c);
  const { subject, roles } = visit.session.data;
  if (subject === null) throw new PageProblem(roles.length > 0 ? "forbidden" : "not_linked");
  return show({ ...visit, session: visit.session, subject, behest: behestFor(portal, visit.session) });
}

function toSignIn(c: Context): Response {
  const to = c.req.method === "GET" ? new URL(c.req.url).pathname : "/";
  return c.redirect(`/sign-in?to=${encodeURIComponent(to)}`, 303);
}
