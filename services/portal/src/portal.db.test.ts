import { audienceOf } from "@behest/contracts/ids";
import { dbTest } from "@behest/runtime/testing/database";
import { decodeJwt } from "jose";
import { describe, expect } from "vitest";
import { visitorOf } from "./testing/visitor.ts";
import { anna, isSignedOut, minuteMs, portalWith, signedIn, sofia } from "./testing/visits.ts";

const link = `/u/${"t".repeat(43)}`;

describe("PORTAL-5: a form that isn't ours changes nothing", () => {
  dbTest("another site's, one without a site, one without the session's token: refused before anything is asked", async ({ cellDb }) => {
    const { portal, visitor, csrf } = await signedIn(cellDb);
    const before = portal.heard.length;
    const fields = { csrf, action: "withdraw" };
    const own = { origin: portal.url };
    const tries = [
      visitor.post("/choices/personalisation", fields, { origin: "https://evil.example" }),
      visitor.post("/choices/personalisation", fields, { origin: "null" }),
      visitor.post("/choices/personalisation", fields, { "sec-fetch-site": "cross-site" }),
      visitor.post("/choices/personalisation", fields, {}),
      visitor.post("/choices/personalisation", { action: "withdraw" }, own),
      visitor.post("/choices/personalisation", { ...fields, csrf: `${csrf.slice(0, -1)}_` }, own),
      visitor.post("/sign-out", {}, own),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(403);
    expect(portal.heard).toHaveLength(before);
    expect((await visitor.get("/choices")).status).toBe(200);
  });

  dbTest("a form over the limit is refused", async ({ cellDb }) => {
    const { visitor, csrf } = await signedIn(cellDb);
    expect(
      (await visitor.post("/choices/personalisation", { csrf, action: "withdraw", padding: "x".repeat(20_000) })).status,
    ).toBeGreaterThanOrEqual(400);
  });
});

describe("PORTAL-7: a decision is sent as it was shown", () => {
  dbTest("it ends in a redirect to its card; sent twice, a yes has one key and a no never has", async ({ cellDb }) => {
    const { portal, visitor, csrf } = await signedIn(cellDb);
    const yes = {
      before: "not_asked ",
      csrf,
      action: "grant",
      version: "2026-11-22",
      hash: "sha256:a1",
      noticeLocale: "en",
      channel: "email",
      contact: "anna.schmidt@example.com",
    };
    const answer = await visitor.post("/choices/marketing-email", yes);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/choices?saved=marketing-email#purpose-marketing-email");
    await visitor.post("/choices/marketing-email", yes);
    await visitor.post("/choices/personalisation", { csrf, action: "withdraw" });
    await visitor.post("/choices/personalisation", { csrf, action: "withdraw" });
    const [first, second, third, fourth] = portal.heard.filter((one) => one.method === "POST").map((one) => one.idempotencyKey);
    expect(second).toBe(first);
    expect(fourth).not.toBe(third);
    expect(JSON.parse(portal.heard.find((one) => one.method === "POST")?.body ?? "")).toMatchObject({
      contactPoint: { channel: "email", value: "anna.schmidt@example.com" },
      notice: { locale: "en" },
    });
  });

  dbTest("without a proper address the page comes back with the fault, and nothing is recorded", async ({ cellDb }) => {
    const { portal, visitor, csrf } = await signedIn(cellDb);
    const answer = await visitor.post("/choices/marketing-email", {
      csrf,
      action: "grant",
      version: "2026-11-22",
      hash: "sha256:a1",
      noticeLocale: "en",
      channel: "email",
      contact: "anna",
    });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('href="#contact-marketing-email"');
    expect(portal.heard.filter((one) => one.method === "POST")).toEqual([]);
  });
});

describe("PORTAL-8: every call carries the person's own token for that one service", () => {
  dbTest("consent's is for consent, records' for records", async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    await visitor.get("/");
    const audiences = portal.heard.map((one) => [one.path.includes("/choices") ? "consent" : "records", decodeJwt(one.token)] as const);
    expect(audiences.length).toBeGreaterThan(2);
    for (const [service, token] of audiences)
      expect(token).toMatchObject({ sub: anna.sub, aud: audienceOf("eu", service === "consent" ? "consent" : "records") });
  });

  dbTest("when the provider gives no more tokens, the person signs in again", async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    portal.identity.refuse = true;
    portal.clock.advance(11 * minuteMs);
    expect(isSignedOut(await visitor.get("/choices"))).toBe(true);
  });
});

describe("PORTAL-9: an unsubscribe link needs no sign-in", () => {
  dbTest("looking changes nothing; posting stops, from a mail program without cookie or origin as from the page", async ({ cellDb }) => {
    const { portal, visitor } = await portalWith(cellDb);
    expect((await visitor.get(link, { "accept-language": "de" })).status).toBe(200);
    expect(portal.heard.map((one) => one.method)).toEqual(["GET"]);
    const answer = await visitor.post(link, { "List-Unsubscribe": "One-Click" }, {});
    expect(answer.status).toBe(200);
    expect(portal.heard.map((one) => one.method)).toEqual(["GET", "POST"]);
    expect(decodeJwt(portal.heard[0]?.token ?? "")).toMatchObject({ sub: "portal", aud: audienceOf("eu", "consent") });
  });

  dbTest("a link that was cut off is told so, and nobody is asked", async ({ cellDb }) => {
    const { portal, visitor } = await portalWith(cellDb);
    expect((await visitor.post("/u/short", {}, {})).status).toBe(404);
    expect(portal.heard).toEqual([]);
  });
});

describe("PORTAL-6: what a browser may do with a page", () => {
  dbTest("every page, and every fault, forbids scripts, frames and foreign things", async ({ cellDb }) => {
    const { visitor } = await signedIn(cellDb);
    for (const path of ["/", "/choices", "/stored", "/accesses", link, "/u/short", "/nothing", "/desk"]) {
      const { headers } = await visitor.get(path);
      expect(headers.get("content-security-policy"), path).toMatch(
        /^default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http:\/\/127\.0\.0\.1:\d+; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(headers.get("referrer-policy"), path).toBe("same-origin");
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("cache-control"), path).toBe("no-store");
    }
  });

  dbTest("the stylesheet may be kept for ever, because its name changes with it", async ({ cellDb }) => {
    const { visitor } = await portalWith(cellDb);
    const path = /href="(\/assets\/portal-[^"]+\.css)"/.exec(await (await visitor.get("/")).text())?.[1] ?? "";
    const sheet = await visitor.get(path);
    expect(sheet.status).toBe(200);
    expect(sheet.headers.get("cache-control")).toContain("immutable");
  });
});

describe("PORTAL-10: who may see which page", () => {
  dbTest("a guest is sent to sign in, a customer never sees the desk, staff never a customer's page", async ({ cellDb }) => {
    const { portal } = await portalWith(cellDb);
    const guest = visitorOf(portal.url);
    for (const path of ["/choices", "/stored", "/accesses", "/desk", "/oversight", "/receipts/r-1"])
      expect(isSignedOut(await guest.get(path)), path).toBe(true);
    const customer = visitorOf(portal.url);
    await customer.follow("/sign-in");
    for (const path of ["/desk", "/oversight", `/desk/${anna.subject_id}`]) expect((await customer.get(path)).status, path).toBe(403);
    portal.identity.next = sofia;
    const agent = visitorOf(portal.url);
    await agent.follow("/sign-in");
    for (const path of ["/choices", "/stored", "/oversight"]) expect((await agent.get(path)).status, path).toBe(403);
    expect((await agent.get("/desk")).status).toBe(200);
  });

  dbTest("an account without a customer record is told so", async ({ cellDb }) => {
    const { visitor } = await portalWith(cellDb, { sub: "account-new", name: "Nora Neu", email: "nora@example.com" });
    expect((await visitor.follow("/sign-in")).status).toBe(404);
  });
});

dbTest("the chosen language stays, whatever the browser asks for", async ({ cellDb }) => {
  const { visitor } = await portalWith(cellDb);
  expect((await visitor.post("/language", { locale: "ja", back: "/" })).status).toBe(303);
  expect(await (await visitor.get("/", { "accept-language": "de" })).text()).toContain('<html lang="ja">');
  expect((await visitor.post("/language", { locale: "ja", back: "//evil.example" })).headers.get("location")).toBe("/");
});

dbTest("a service that can't answer is a page that says so, with 503", async ({ cellDb }) => {
  const { visitor } = await portalWith(cellDb, anna, () => undefined);
  expect((await visitor.follow("/sign-in")).status).toBe(503);
  expect((await visitor.get("/choices")).headers.get("retry-after")).toBe("5");
});

dbTest("programs get what every service answers: health, contract, and a problem document instead of a page", async ({ cellDb }) => {
  const { portal } = await portalWith(cellDb);
  expect(await (await fetch(`${portal.url}/readyz`)).json()).toEqual({ status: "ok", cell: "eu", service: "portal" });
  expect((await fetch(`${portal.url}/openapi.json`)).status).toBe(200);
  const missing = await fetch(`${portal.url}/nothing`, { headers: { accept: "application/json" } });
  expect(missing.status).toBe(404);
  expect(missing.headers.get("content-type")).toBe("application/problem+json");
});
