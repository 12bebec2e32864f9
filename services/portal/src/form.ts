/** A posted form, once it is sure that it came from our own page. */
import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Portal } from "./portal.ts";
import type { Session } from "./session-store.ts";

/** Thrown for a form that did not come from a page of ours, or came too late. */
export class FormRefused extends Error {}

const formBytesMax = 16_384;
export const limitForm = bodyLimit({ maxSize: formBytesMax });

/** Fields by name. Throws `FormRefused`. */
export async function readForm(
  c: Context,
  portal: Pick<Portal, "url" | "seal">,
  session: Session | undefined,
): Promise<Record<string, string>> {
  if (!fromOurPage(c, portal)) throw new FormRefused();
  const body = await c.req.parseBody();
  const fields = Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === "string" ? [[name, value.trim()]] : [])),
  );
  if (session !== undefined && !same(fields["csrf"] ?? "", csrfOf(portal, session))) throw new FormRefused();
  return fields;
}

export const csrfOf = ({ seal }: Pick<Portal, "seal">, session: Pick<Session, "id">): string => seal.mac(session.id, "csrf");

/** Browsers say where a form came from, and pages can't forge it (Fetch Standard, `Origin` and `Sec-Fetch-Site`). Neither: refused. */
function fromOurPage(c: Context, portal: Pick<Portal, "url">): boolean {
  const origin = c.req.header("origin");
  if (origin !== undefined) return origin === new URL(portal.url).origin;
  return c.req.header("sec-fetch-site") === "same-origin";
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
