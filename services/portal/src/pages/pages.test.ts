import { locales } from "@behest/contracts/ids";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openBrowser } from "@behest/runtime/testing/browser";
import { wordsIn } from "../i18n/words.ts";
import { startPageServer, type PageServer } from "../testing/page-server.ts";

const pageBytesMax = 60_000;
const targetPixelsMin = 44;
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let server: PageServer;
let browser: Browser;
beforeAll(async () => {
  server = await startPageServer();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function onEachPage(
  locale: (typeof locales)[number],
  options: { width: number; colorScheme: "light" | "dark" },
  look: (page: Page) => Promise<string[]>,
): Promise<string[]> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    colorScheme: options.colorScheme,
    reducedMotion: "reduce",
    bypassCSP: true,
  });
  const page = await context.newPage();
  const found: string[] = [];
  for (const { name } of server.pages[locale]) {
    await page.goto(`${server.url}/${locale}/${name}`);
    found.push(...(await look(page)).map((what) => `${name}: ${what}`));
  }
  await context.close();
  return found;
}

const Violations = z.array(z.string());
const violations =
  (runOnly: readonly string[]) =>
  async (page: Page): Promise<string[]> => {
    await page.evaluate(`for (const details of document.querySelectorAll("details")) details.open = true`);
    await page.evaluate(axe.source);
    const run = `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ["violations"] })
    .then((result) => result.violations.flatMap((one) => one.nodes.map((node) => one.id + " " + node.target.join(" "))))`;
    return Violations.parse(await page.evaluate(run));
  };

describe("PORTAL-1: every page can be used by everybody", () => {
  test.each(locales)("%s: axe finds no violation on any page", { timeout: 180_000 }, async (locale) => {
    expect(await onEachPage(locale, { width: 1280, colorScheme: "light" }, violations(rules))).toEqual([]);
  });

  // Colours are the same in every language, and nothing but colours is different in the dark.
  test("in the dark every text stands out enough", { timeout: 180_000 }, async () => {
    expect(await onEachPage("en", { width: 1280, colorScheme: "dark" }, violations(["color-contrast"]))).toEqual([]);
  });

  test.each(locales)(
    "%s: at 360 pixels nothing scrolls sideways and every target is at least 44 pixels",
    { timeout: 120_000 },
    async (locale) => {
      const tooSmall = `[...document.querySelectorAll("button, summary, .pages a, .act, .answer, .contents a, input:not([type=hidden]):not([type=radio]), .picks a, .pick")]
      .filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < ${targetPixelsMin}).map((one) => "small target " + one.outerHTML.slice(0, 80))`;
      const sideways = `document.documentElement.scrollWidth > 360 ? ["scrolls to " + document.documentElement.scrollWidth] : []`;
      const found = await onEachPage(locale, { width: 360, colorScheme: "light" }, async (page) => [
        ...Violations.parse(await page.evaluate(tooSmall)),
        ...Violations.parse(await page.evaluate(sideways)),
      ]);
      expect(found).toEqual([]);
    },
  );

  test.each(locales)("%s: the page says which language it is in", async (locale) => {
    for (const { html } of server.pages[locale]) expect(html).toContain(`<html lang="${locale}">`);
  });
});

describe("PORTAL-3: no is as easy as yes", () => {
  test.each(locales)("%s: nothing is ticked, and the two answers have one size and one look", async (locale) => {
    const page = await browser.newPage({ viewport: { width: 360, height: 900 } });
    await page.goto(`${server.url}/${locale}/choices`);
    await page.evaluate(`for (const details of document.querySelectorAll("details")) details.open = true`);
    expect(await page.locator(":checked").count()).toBe(0);
    const looks = `[...document.querySelectorAll(".answer-row")].map((row) => [...row.querySelectorAll("button")].map((button) => {
      const style = getComputedStyle(button), box = button.getBoundingClientRect();
      return [box.width, box.height, style.color, style.backgroundColor, style.borderColor, style.fontWeight, style.fontSize].join(" ");
    }))`;
    const rows = z.array(z.array(z.string())).parse(await page.evaluate(looks));
    expect(rows.length).toBeGreaterThan(5);
    for (const [agree, refuse, ...others] of rows) {
      expect(refuse).toBe(agree);
      expect(others).toEqual([]);
    }
    await page.close();
  });

  test("each answer is named with its purpose, as one phrase", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/en/choices`);
    const card = page.locator("#purpose-personalisation");
    const purpose = await card.getByRole("heading").first().innerText();
    expect(await card.getByRole("button", { name: `Withdraw: ${purpose}`, exact: true }).count()).toBe(1);
    await page.close();
  });

  test("what stands can be withdrawn without unfolding anything", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/en/choices`);
    expect(await page.locator("#purpose-personalisation").getByRole("button", { name: "Withdraw" }).isVisible()).toBe(true);
    await page.close();
  });

  test("where data is used without a yes, objecting stands beside agreeing, in sight", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/en/choices-apart`);
    const card = page.locator("#purpose-marketing-email");
    expect(await card.locator(".sign").innerText()).toBe("In use because you are our customer; you can object");
    const [agree, object] = await Promise.all(["grant", "object"].map((action) => card.locator(`button[value=${action}]`).boundingBox()));
    expect(object).toMatchObject({ width: agree?.width, height: agree?.height, y: agree?.y });
    await page.close();
  });

  test("what was decided is said on its card, which takes the focus", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/en/choices#purpose-personalisation`);
    expect(await page.evaluate(`document.activeElement.id`)).toBe("purpose-personalisation");
    expect(await page.locator(":focus [role=status]").innerText()).toContain("Saved.");
    await page.close();
  });

  test("a fault is said first, takes the focus, and leads to its field", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/en/choices-fault`);
    expect(await page.evaluate(`document.activeElement.className`)).toBe("faults");
    expect(await page.title()).toMatch(/^Error: /);
    await page.locator(".faults a").click();
    expect(await page.evaluate(`document.activeElement.id`)).toBe("contact-marketing-email");
    await page.close();
  });
});

test.each(locales)("%s: staff are not told where their own data is kept", (locale) => {
  const region = wordsIn(locale, "UTC").t("site.region", { region: "" });
  const withRegion = server.pages[locale].filter(({ html }) => html.includes(region)).map(({ name }) => name);
  expect(withRegion).toContain("choices");
  expect(withRegion.filter((name) => /^(desk|customer|oversight)/.test(name))).toEqual([]);
});

describe("PORTAL-6: a page brings all it needs, and little", () => {
  test.each(locales)("%s: no script, no inline style, no foreign address, at most 60 kB", (locale) => {
    for (const { name, html } of server.pages[locale]) {
      expect(Buffer.byteLength(html), name).toBeLessThanOrEqual(pageBytesMax);
      expect(html, name).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:/i);
      expect(html.match(/(?:src|href|action)="(?!\/|#)[^"]*"/g), name).toBeNull();
    }
  });
});
