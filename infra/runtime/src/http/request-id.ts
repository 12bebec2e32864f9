/** One id for a request over all services it passes. */
import { randomUUID } from "node:crypto";

/** The caller's X-Request-Id if it can be nothing but an id (hexadecimal, so no name or address), else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && /^[0-9a-f][0-9a-f-]{15,63}$/i.test(given) ? given : randomUUID();
}
