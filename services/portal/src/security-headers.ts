/** What a browser may do with our pages: load from here alone, run no script, be framed by nobody. */
import type { MiddlewareHandler } from "hono";
import type { Portal } from "./portal.ts";

export function securityHeaders(portal: Pick<Portal, "url" | "issuer">): MiddlewareHandler {
  // Signing out is a form that leads on to the provider, and `form-action` holds for where a form ends up, too.
  const provider = new URL(portal.issuer).origin;
  const policy = `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${provider}; base-uri 'none'; frame-ancestors 'none'`;
  const headers: Record<string, string> = {
    "content-security-policy": policy,
    // Not `no-referrer`: with it browsers send `Origin: null` with our own forms, which we refuse.
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    ...(portal.url.startsWith("https:") ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}
