/** The portal's three cookies. None is readable by scripts; the language is the only one that outlives the browser. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Portal } from "./portal.ts";

type Which = "session" | "signIn" | "locale";
const localeSeconds = 365 * 24 * 60 * 60;

export const cookies = (portal: Pick<Portal, "url" | "cell">) => {
  const secure = portal.url.startsWith("https:");
  // Cookies ignore ports: five portals on one address share one jar, so the name carries the cell. `__Host-` ties it to this host where there is TLS.
  const nameOf: Record<Which, string> = { session: named("session"), signIn: named("sign-in"), locale: "behest-language" };
  function named(name: string): string {
    return `${secure ? "__Host-" : ""}behest-${portal.cell}-${name}`;
  }
  return {
    nameOf,
    read: (c: Context, which: Which): string | undefined => getCookie(c, nameOf[which]),
    write: (c: Context, which: Which, value: string, maxAgeSeconds?: number): void =>
      setCookie(c, nameOf[which], value, {
        path: "/",
        httpOnly: true,
        sameSite: "Lax",
        secure,
        ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
      }),
    clear: (c: Context, which: Which): void => void deleteCookie(c, nameOf[which], { path: "/", secure }),
    localeSeconds,
  };
};
