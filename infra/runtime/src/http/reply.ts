/** The way out: a reply leaves only as its schema promises, so a field that nobody declared can't. */
import type { Route } from "@behest/contracts/route";
import type { WireReply } from "./idempotency.ts";

type AnyReply = { status: number; body?: unknown; headers?: Record<string, string> };

/** Throws (a bug, 500) for a status that the route does not promise, and for a body that differs from its schema. */
export function toWire(route: Route, reply: AnyReply): WireReply {
  const answer = route.answers[reply.status];
  if (!answer) throw new Error(`${route.id} answered ${reply.status}, which its contract does not promise`);
  const headers = { ...(answer.schema ? { "content-type": answer.contentType ?? "application/json" } : {}), ...reply.headers };
  return { status: reply.status, text: answer.schema ? JSON.stringify(answer.schema.parse(reply.body)) : null, headers };
}

export const toResponse = ({ status, text, headers }: WireReply): Response => new Response(text, { status, headers });
