/** What every page leans on: the stylesheet, the mark, and the choice of a language. */
import { Locale } from "@behest/contracts/ids";
import type { Hono } from "hono";
import { cookies } from "./cookies.ts";
import { limitForm, readForm } from "./form.ts";
import { PageProblem } from "./page-problem.ts";
import type { Portal } from "./portal.ts";

/** The name of the stylesheet changes with its content. */
const forEver = "public, max-age=31536000, immutable";
const forADay = "public, max-age=86400";
const ownPath = /^\/(?!\/)[\w/-]*$/;

export function serveBasics(pages: Hono, portal: Portal): void {
  const { assets } = portal;
  pages.get(assets.stylesheetPath, (c) =>
    c.body(assets.stylesheet, 200, { "content-type": "text/css; charset=utf-8", "cache-control": forEver }),
  );
  pages.get("/assets/mark.svg", (c) => c.body(assets.mark, 200, { "content-type": "image/svg+xml", "cache-control": forADay }));
  pages.get("/favicon.ico", (c) => c.redirect("/assets/mark.svg", 301));

  pages.post("/language", limitForm, async (c) => {
    const { locale = "", back = "/" } = await readForm(c, portal, undefined);
    const chosen = Locale.safeParse(locale);
    if (!chosen.success) throw new PageProblem("not_found");
    const jar = cookies(portal);
    jar.write(c, "locale", chosen.data, jar.localeSeconds);
    return c.redirect(ownPath.test(back) ? back : "/", 303);
  });
}
