import { dbTest } from "@behest/runtime/testing/database";
import { describe, expect } from "vitest";
import { ageHoursMax, idleMinutesMax } from "./session-store.ts";
import { visitorOf } from "./testing/visitor.ts";
import { anna, isSignedOut, minuteMs, portalWith, sessionCookie, signedIn } from "./testing/visits.ts";

describe("PORTAL-4: a session is as short as can be and of no use to anybody else", () => {
  dbTest("the database holds neither the cookie's id, nor a name, an address or a token in clear", async ({ cellDb }) => {
    const { visitor } = await signedIn(cellDb);
    const rows =
      await cellDb.sql`select encode(id_hash, 'escape') || subject || encode(sealed, 'escape') as everything, subject from portal.session`;
    expect(rows).toHaveLength(1);
    expect(rows[0]?.["subject"]).toBe(anna.subject_id);
    for (const secret of [visitor.cookies.get(sessionCookie) ?? "?", anna.name, anna.email, "eyJ"])
      expect(rows[0]?.["everything"]).not.toContain(secret);
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
    expect(isSignedOut(await thief.get("/choices"))).toBe(true);
  });

  dbTest(`${idleMinutesMax} idle minutes end it`, async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    portal.clock.advance((idleMinutesMax - 1) * minuteMs);
    expect((await visitor.get("/choices")).status).toBe(200);
    portal.clock.advance((idleMinutesMax - 1) * minuteMs);
    expect((await visitor.get("/choices")).status).toBe(200);
    portal.clock.advance((idleMinutesMax + 1) * minuteMs);
    expect(isSignedOut(await visitor.get("/choices"))).toBe(true);
  });

  dbTest(`${ageHoursMax} hours end it, however busy it was`, async ({ cellDb }) => {
    const { portal, visitor } = await signedIn(cellDb);
    for (let minutes = 0; minutes < ageHoursMax * 60 - 20; minutes += 20) {
      portal.clock.advance(20 * minuteMs);
      expect((await visitor.get("/language-of-nobody")).status).toBe(404);
      expect((await visitor.get("/")).status).toBe(200);
    }
    portal.clock.advance(21 * minuteMs);
    expect(isSignedOut(await visitor.get("/choices"))).toBe(true);
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
    expect(isSignedOut(await visitor.get("/choices"))).toBe(true);
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
