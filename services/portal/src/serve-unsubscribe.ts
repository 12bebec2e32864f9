/** The link at the foot of a message (RFC 8058): looking changes nothing, posting stops. The token is the secret, so there is no sign-in and no CSRF to fear. */
import { followUnsubscribeLink, getUnsubscribeLink } from "@behest/contracts/consent";
import { audienceOf } from "@behest/contracts/ids";
import { createBehest } from "@behest/sdk/behest";
import { BehestError } from "@behest/sdk/error";
import type { Context, Hono } from "hono";
import { limitForm } from "./form.ts";
import { PageProblem } from "./page-problem.ts";
import { unsubscribePage, type UnsubscribePage } from "./pages/unsubscribe.ts";
import type { Portal } from "./portal.ts";
import { frameOf } from "./visit.ts";

const tokenShape = /^[A-Za-z0-9_-]{32,200}$/;

export function serveUnsubscribe(pages: Hono, portal: Portal): void {
  const behest = createBehest({
    cells: { [portal.cell]: portal.services },
    credentials: { token: () => portal.ownTokens.tokenFor(audienceOf(portal.cell, "consent")) },
  });
  const show = (c: Context, page: UnsubscribePage) => c.html(unsubscribePage(frameOf(c, portal, undefined).frame, page));

  pages.get("/u/:token", async (c) => {
    const token = tokenIn(c);
    return show(c, { token, link: await known(behest.call("consent", portal.cell, getUnsubscribeLink, { params: { token } })) });
  });
  // A mail program posts `List-Unsubscribe=One-Click`, a browser our own empty form: both mean the same, and nothing in the body matters.
  pages.post("/u/:token", limitForm, async (c) => {
    const token = tokenIn(c);
    return show(c, { token, link: await known(behest.call("consent", portal.cell, followUnsubscribeLink, { params: { token } })) });
  });
}

function tokenIn(c: Context): string {
  const token = c.req.param("token") ?? "";
  if (!tokenShape.test(token)) throw new PageProblem("link_unknown");
  return token;
}

async function known(asked: Promise<{ body: UnsubscribePage["link"] }>): Promise<UnsubscribePage["link"]> {
  try {
    return (await asked).body;
  } catch (error) {
    if (error instanceof BehestError && (error.code === "not_found" || error.code === "subject_unknown" || error.code === "malformed"))
      throw new PageProblem("link_unknown", error);
    throw error;
  }
}
