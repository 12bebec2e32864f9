/** The page fixtures over real HTTP, under the content security policy that the portal sends. */
import { locales, type Locale } from "@behest/contracts/ids";
import { loadPolicies } from "@behest/policies/load";
import { listen, type Listening } from "@behest/runtime/testing/listen";
import { readAssets } from "../assets.ts";
import { pageFixtures, type PageFixture } from "./page-fixtures.ts";

export type PageServer = Listening & { pages: Record<Locale, PageFixture[]> };

/** A page is at `/<locale>/<name>`. */
export async function startPageServer(): Promise<PageServer> {
  const assets = readAssets();
  const policies = loadPolicies();
  const inLocale = (locale: Locale) => pageFixtures(policies, locale, assets.stylesheetPath);
  const pages = { en: await inLocale("en"), de: await inLocale("de"), ja: await inLocale("ja"), "zh-CN": await inLocale("zh-CN") };
  const byPath = new Map<string, string>(
    locales.flatMap((locale) => pages[locale].map((page) => [`/${locale}/${page.name}`, page.html] as const)),
  );
  const server = await listen((request, response) => {
    const path = request.url ?? "";
    const page = byPath.get(path);
    if (page !== undefined)
      return void response
        .writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'",
        })
        .end(page);
    if (path === assets.stylesheetPath) return void response.writeHead(200, { "content-type": "text/css" }).end(assets.stylesheet);
    return void response
      .writeHead(path.endsWith(".svg") ? 200 : 404, { "content-type": "image/svg+xml" })
      .end(path.endsWith(".svg") ? assets.mark : "");
  });
  return { ...server, pages };
}
