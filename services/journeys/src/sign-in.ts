/** A person at a browser. Without JavaScript: everything in the portal must work on any browser. */
import type { Browser, Page } from "playwright-core";
import type { Person } from "./stack.ts";

/** Signs in at the cell's own provider; ends on the page of the choices. */
export async function signIn(browser: Browser, portal: string, { email, password }: Person): Promise<Page> {
  const page = await (await browser.newContext({ locale: "en-GB", javaScriptEnabled: false })).newPage();
  await page.goto(`${portal}/sign-in?to=/choices`);
  await page.locator('input[type="email"], input[name="email"]').first().fill(email);
  await page.locator('input[type="password"]').first().fill(password);
  await page.locator('form:has(input[type="password"]) button').first().click();
  await page.waitForURL(/\/choices/);
  return page;
}
