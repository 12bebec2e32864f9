import { createHash } from "node:crypto";
import { documentedServices, openapiOf, routesOf } from "@behest/contracts/openapi";
import { expect, test } from "vitest";
import { docsHeaders, docsPage } from "./docs-page.ts";

test.each(documentedServices)(
  "the page of %s shows every operation of its contract, and every link on it leads somewhere",
  async (service) => {
    const page = String(await docsPage(openapiOf(service)));
    for (const { id } of routesOf[service]) expect(page).toContain(`<section id="${id}">`);
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(target);
    expect(page).not.toMatch(/undefined|\[object/);
  },
);

test("the page says who may call, and loads nothing", async () => {
  const page = String(await docsPage(openapiOf("records")));
  expect(page.replaceAll(/\s+/g, " ")).toContain("for service or staff");
  expect(page).not.toMatch(/<script|<link|<img|https?:/);
  expect(docsHeaders["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
});

test("the page's own style sheet is the one that its policy allows", async () => {
  const page = String(await docsPage(openapiOf("crm")));
  const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? "";
  expect(docsHeaders["content-security-policy"]).toContain(`'sha256-${createHash("sha256").update(style).digest("base64")}'`);
});

test("what stands in a contract is text on the page, never markup", async () => {
  const page = String(await docsPage({ info: { title: "<script>alert(1)</script>", version: "1" }, paths: {} }));
  expect(page).toContain("&lt;script&gt;");
});
