/** Signing in and out: by the cell's identity provider, with a new session id at each sign-in. */
import type { Context, Hono } from "hono";
import { cookies } from "./cookies.ts";
import { limitForm, readForm } from "./form.ts";
import { PendingSignIn, type Identity } from "./identity.ts";
import { PageProblem } from "./page-problem.ts";
import type { Portal } from "./portal.ts";
import { visitOf } from "./visit.ts";

const pendingSeconds = 15 * 60;
const sealedFor = "sign-in";
/** Where a sign-in may lead: pages of our own, never an address from outside. */
const pagePath = /^\/(choices|stored|accesses|desk|oversight|receipts\/[\w-]{1,80})?$/;

export function serveSignIn(pages: Hono, portal: Portal): void {
  const jar = cookies(portal);

  pages.get("/sign-in", async (c) => {
    const { locale } = await visitOf(c, portal);
    const to = c.req.query("to") ?? "/";
    const { address, pending } = await reachable(portal.identity.begin(pagePath.test(to) ? to : "/", locale));
    jar.write(c, "signIn", portal.seal.close(JSON.stringify(pending), sealedFor).toString("base64url"), pendingSeconds);
    return c.redirect(address, 303);
  });

  pages.get("/sign-in/callback", async (c) => {
    const pending = pendingOf(c, portal);
    jar.clear(c, "signIn");
    if (pending === undefined || pending.endsAtMs < portal.clock.now().getTime()) throw new PageProblem("sign_in_failed");
    const data = await finish(portal.identity, new URL(new URL(c.req.url).search, `${portal.url}/sign-in/callback`), pending);
    const before = jar.read(c, "session");
    // A new id at each sign-in: whoever planted or saw the old one gets nothing (session fixation).
    if (before !== undefined) await portal.sessions.end(before);
    const { id } = await portal.sessions.start(data);
    jar.write(c, "session", id);
    return c.redirect(pending.to, 303);
  });

  pages.post("/sign-out", limitForm, async (c) => {
    const { session } = await visitOf(c, portal);
    await readForm(c, portal, session);
    jar.clear(c, "session");
    if (session === undefined) return c.redirect("/?state=signed-out", 303);
    await portal.sessions.end(session.id);
    // Our own session is over whether or not the provider can be reached.
    const address = await portal.identity.signOutAddress().catch(() => "/?state=signed-out");
    return c.redirect(address, 303);
  });
}

function pendingOf(c: Context, portal: Portal): PendingSignIn | undefined {
  const text = portal.seal.open(Buffer.from(cookies(portal).read(c, "signIn") ?? "", "base64url"), sealedFor);
  return text === undefined ? undefined : PendingSignIn.safeParse(JSON.parse(text)).data;
}

async function finish(identity: Identity, callback: URL, pending: PendingSignIn) {
  try {
    return await identity.finish(callback, pending);
  } catch (cause) {
    throw new PageProblem("sign_in_failed", cause);
  }
}

async function reachable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    throw new PageProblem("unavailable", cause);
  }
}
