import { audienceOf } from "@behest/contracts/ids";
import { dbTest, type CellDb } from "@behest/runtime/testing/database";
import { decodeJwt } from "jose";
import { afterEach, describe, expect } from "vitest";
import { ageHoursMax, idleMinutesMax } from "./session-store.ts";
import { cellReplies } from "./testing/cell-replies.ts";
import { startPortalServer, type PortalServer, type Reply } from "./testing/portal-server.ts";
import { visitorOf } from "./testing/visitor.ts";

const sessionCookie = "behest-eu-session";
const anna = { sub: "account-anna", name: "Anna Schmidt", email: "anna.schmidt@example.com", subject_id: "eu_0197c3a5d0e17cc29f3a52c1b0f0a001" };
const sofia = { sub: "account-sofia", name: "Sofia Agent", email: "sofia.agent@example.com", roles: ["support-agent"] };
const minuteMs = 60_000;
const link = `/u/${"t".repeat(43)}`;

const running: PortalServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function portalWith(cellDb: CellDb, account: PortalServer["identity"]["next"] = anna, reply: Reply = cellReplies) {
  const portal = await startPortalServer(cellDb, account, reply);
  running.push(portal);
  return { portal, visitor: visitorOf(portal.url) };
}
async function signedIn(cellDb: CellDb, account: PortalServer["identity"]["next"] = anna) {
  const both = await portalWith(cellDb, account);
  await both.visitor.follow("/sign-in");
  expect(both.visitor.cookies.has(sessionCookie)).toBe(true);
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await both.visitor.get(account === sofia ? "/desk" : "/choices")).text())?.[1] ?? "";
  return { ...both, csrf };
}
const isSignedOut = async (response: Response) => response.status === 303 && (response.headers.get("location") ?? "").startsWith("/sign-in");

describe("PORTAL-4: a session is as short as can be and of no use to anybody else", () => {
  dbTest("the database holds neither the cookie's id, nor a name, an address or a token in clear", async ({ cellDb }) => {
    const { visitor } = await signedIn(cellDb);
    const rows = await cellDb.sql`select encode(id_hash, 'escape') || subject || encode(sealed, 'escape') as everything, subject from portal.session`;
    expect(rows).toHaveLength(1);
    expect(rows[0]?.["subject"]).toBe(anna.subject_id);
    for (const secret of [visitor.cookies.get(sessionCookie) ?? "?", anna.name, anna.email, "eyJ"]) expect(rows[0]?.["everything"]).not.toContain(secret);
  });

  dbTest("the cookie can't be read by scripts and isn't sent from other sites", async ({ cellDb }) => {
    const { visitor } = await portalWith(cellDb);
    const toProvider = await visitor.get("/sign-in");
    const back = await visitor.get(toProvider.headers.get("location") ?? "");
    const landed = await visitor.get(back.headers.get("location") ?? "");
    expect(landed.headers.getSetCookie().find((line) => line.startsWith(sessionCookie))).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  dbTest("each sign-in gets a new id, and the old one is worth nothing", async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    const before = visitor.cookies.get(sessionCookie) ?? "";
    await visitor.follow("/sign-in");
    expect(visitor.cookies.get(sessionCookie)).not.toBe(before);
    const thief = visitorOf(portal.url);
    thief.cookies.set(sessionCookie, before);
    expect(await isSignedOut(await thief.get("/choices"))).toBe(true);
  });

  dbTest(`${idleMinutesMax} idle minutes end it`, async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    portal.clock.advance((idleMinutesMax - 1) * minuteMs);
    expect((await visitor.get("/choices")).status).toBe(200);
    portal.clock.advance((idleMinutesMax - 1) * minuteMs);
    expect((await visitor.get("/choices")).status).toBe(200);
    portal.clock.advance((idleMinutesMax + 1) * minuteMs);
    expect(await isSignedOut(await visitor.get("/choices"))).toBe(true);
  });

  dbTest(`${ageHoursMax} hours end it, however busy it was`, async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    for (let minutes = 0; minutes < ageHoursMax * 60 - 20; minutes += 20) {
      portal.clock.advance(20 * minuteMs);
      expect((await visitor.get("/language-of-nobody")).status).toBe(404);
      expect((await visitor.get("/")).status).toBe(200);
    }
    portal.clock.advance(21 * minuteMs);
    expect(await isSignedOut(await visitor.get("/choices"))).toBe(true);
  });

  dbTest("signing out ends it here and at the provider, and no address on the way names the person", async ({ cellDb }) => {
    const { portal, visitor, csrf } = await signedIn(cellDb);
    const id = visitor.cookies.get(sessionCookie) ?? "";
    const out = await visitor.post("/sign-out", { csrf });
    const address = out.headers.get("location") ?? "";
    expect(address.startsWith(`${portal.identity.issuer}/session/end`)).toBe(true);
    expect(address).not.toMatch(/hint|eyJ|example/);
    expect(await cellDb.sql`select 1 from portal.session`).toHaveLength(0);
    visitor.cookies.set(sessionCookie, id);
    expect(await isSignedOut(await visitor.get("/choices"))).toBe(true);
  });

  dbTest("a callback that answers no sign-in of this browser signs nobody in", async ({ cellDb }) => {
    const { portal, visitor } = await portalWith(cellDb);
    const toProvider = await visitor.get("/sign-in");
    const back = await visitor.get(toProvider.headers.get("location") ?? "");
    const callback = back.headers.get("location") ?? "";
    const victim = visitorOf(portal.url);
    expect((await victim.get(callback)).status).toBe(400);
    await victim.get("/sign-in");
    expect((await victim.get(callback)).status).toBe(400);
    expect(victim.cookies.has(sessionCookie)).toBe(false);
    expect((await visitor.get(callback)).status).toBe(303);
  });

  dbTest("a sign-in leads to pages of ours only", async ({ cellDb }) => {
    const { visitor } = await portalWith(cellDb);
    for (const to of ["https://evil.example/", "//evil.example", "/\\evil.example", "/choices/../u/x"]) {
      const toProvider = await visitor.get(`/sign-in?to=${encodeURIComponent(to)}`);
      const back = await visitor.get(toProvider.headers.get("location") ?? "");
      expect((await visitor.get(back.headers.get("location") ?? "")).headers.get("location")).toBe("/");
    }
  });
});

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
    expect((await visitor.post("/choices/personalisation", { csrf, action: "withdraw", padding: "x".repeat(20_000) })).status).toBeGreaterThanOrEqual(400);
  });
});

describe("PORTAL-7: a decision is sent as it was shown", () => {
  dbTest("it ends in a redirect to its card; sent twice, a yes has one key and a no never has", async ({ cellDb }) => {
    const { portal, visitor, csrf } = await signedIn(cellDb);
    const yes = { csrf, action: "grant", version: "2026-11-22", hash: "sha256:a1", noticeLocale: "en", channel: "email", contact: "anna.schmidt@example.com" };
    const answer = await visitor.post("/choices/marketing-email", yes);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/choices?saved=marketing-email#purpose-marketing-email");
    await visitor.post("/choices/marketing-email", yes);
    await visitor.post("/choices/personalisation", { csrf, action: "withdraw" });
    await visitor.post("/choices/personalisation", { csrf, action: "withdraw" });
    const [first, second, third, fourth] = portal.heard.filter((one) => one.method === "POST").map((one) => one.idempotencyKey);
    expect(second).toBe(first);
    expect(fourth).not.toBe(third);
    expect(JSON.parse(portal.heard.find((one) => one.method === "POST")?.body ?? "")).toMatchObject({ contactPoint: { channel: "email", value: "anna.schmidt@example.com" }, notice: { locale: "en" } });
  });

  dbTest("without a proper address the page comes back with the fault, and nothing is recorded", async ({ cellDb }) => {
    const { portal, visitor, csrf } = await signedIn(cellDb);
    const answer = await visitor.post("/choices/marketing-email", { csrf, action: "grant", version: "2026-11-22", hash: "sha256:a1", noticeLocale: "en", channel: "email", contact: "anna" });
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
    for (const [service, token] of audiences) expect(token).toMatchObject({ sub: anna.sub, aud: audienceOf("eu", service === "consent" ? "consent" : "records") });
  });

  dbTest("when the provider gives no more tokens, the person signs in again", async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    portal.identity.refuse = true;
    portal.clock.advance(11 * minuteMs);
    expect(await isSignedOut(await visitor.get("/choices"))).toBe(true);
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
      expect(headers.get("content-security-policy"), path).toMatch(/^default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http:\/\/127\.0\.0\.1:\d+; base-uri 'none'; frame-ancestors 'none'$/);
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
    for (const path of ["/choices", "/stored", "/accesses", "/desk", "/oversight", "/receipts/r-1"]) expect(await isSignedOut(await guest.get(path)), path).toBe(true);
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
  const portal = await startPortalServer(cellDb, anna, () => undefined);
  running.push(portal);
  const visitor = visitorOf(portal.url);
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
