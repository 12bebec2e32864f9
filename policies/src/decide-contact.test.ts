import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { SubjectState } from "./state.ts";
import { granted } from "./testing/consent.ts";
import { ask, person, smallSet } from "./testing/small-policies.ts";

const set = smallSet();
const call = (at: string, countries: string[], rest: Partial<SubjectState> = {}) =>
  decide(set, ask("calls", { at: new Date(at), contactNow: true }), person(countries, { consents: granted(set, "calls"), ...rest }));
const quiet = { code: "quiet_hours", channel: "phone", citation: "47 CFR 64.1200(c)(1)" };

describe("quiet hours", () => {
  test("POLICY-12 are told with their end, in the person's own zone", () => {
    // 21:00 in New York is 02:00 UTC in winter.
    const newYork = { timeZone: "America/New_York", subdivision: "US-NY" };
    expect(call("2026-11-24T01:59:59Z", ["US"], newYork)).toMatchObject({ allowed: true, validUntil: "2026-11-24T02:00:00.000Z" });
    expect(call("2026-11-24T02:00:00Z", ["US"], newYork).reasons).toEqual([
      { ...quiet, jurisdiction: "US", until: "2026-11-24T13:00:00.000Z" },
    ]);
    expect(call("2026-11-24T13:00:00Z", ["US"], newYork).allowed).toBe(true);
  });

  test("POLICY-12 end an hour earlier in UTC after a night in which clocks go forward", () => {
    // 8 March 2026, 02:00 → 03:00 in New York: 08:00 is 12:00 UTC, not 13:00.
    expect(
      call("2026-03-08T03:00:00Z", ["US"], {
        timeZone: "America/New_York",
        subdivision: "US-NY",
        consents: granted(set, "calls", { at: "2026-01-01T00:00:00Z" }),
      }).reasons,
    ).toMatchObject([{ until: "2026-03-08T12:00:00.000Z" }]);
  });

  test("POLICY-12 where the zone is not known, every zone of the country must be awake", () => {
    // New York is awake from 13:00 UTC, Honolulu from 18:00 UTC.
    const anywhere = { subdivision: "US-NY" };
    expect(call("2026-11-24T14:00:00Z", ["US"], anywhere).reasons).toEqual([
      { ...quiet, jurisdiction: "US", until: "2026-11-24T18:00:00.000Z" },
    ]);
    expect(call("2026-11-24T18:00:00Z", ["US"], anywhere).allowed).toBe(true);
  });

  test("POLICY-12 a zone that does not exist counts as not known", () => {
    expect(call("2026-11-24T14:00:00Z", ["US"], { timeZone: "Mars/Olympus", subdivision: "US-NY" }).reasons).toMatchObject([quiet]);
  });

  test("POLICY-12 of a subdivision only its own zones are asked", () => {
    expect(call("2026-11-24T16:00:00Z", ["US"], { subdivision: "US-CA" }).allowed).toBe(true);
  });

  test("POLICY-12 without any zone the answer is no, but only where some law has quiet hours", () => {
    expect(call("2026-11-24T12:00:00Z", []).reasons.map(({ code }) => code)).toContain("time_zone_unknown");
    expect(call("2026-11-24T02:00:00Z", ["FR"]).allowed).toBe(true);
  });

  test("POLICY-12 neither quiet hours nor caps are asked when nobody is contacted", () => {
    const question = ask("calls", { at: new Date("2026-11-24T02:00:00Z") });
    const contacts = [1, 2, 3].map((hour) => ({ channel: "phone" as const, at: `2026-11-23T0${hour}:00:00Z` }));
    expect(decide(set, question, person(["US"], { consents: granted(set, "calls"), contacts })).allowed).toBe(true);
  });
});

describe("frequency caps", () => {
  const contacts = (...times: string[]) => ({
    contacts: times.map((at, index) => ({ channel: index % 2 === 0 ? ("phone" as const) : ("email" as const), at })),
  });

  test("POLICY-12 count over all channels of the cap, and say when the next is free", () => {
    expect(call("2026-11-23T12:00:00Z", ["FR"], contacts("2026-11-20T09:00:00Z")).allowed).toBe(true);
    expect(call("2026-11-23T12:00:00Z", ["FR"], contacts("2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z")).reasons).toEqual([
      { code: "frequency_cap_reached", channel: "phone", until: "2026-11-27T09:00:00.000Z", citation: "house rule" },
    ]);
  });

  test("POLICY-12 what has left the window no longer counts, on the instant", () => {
    expect(call("2026-11-27T09:00:00Z", ["FR"], contacts("2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z")).allowed).toBe(true);
  });

  test("POLICY-12 contacts beyond the cap push the next one back", () => {
    expect(
      call("2026-11-23T12:00:00Z", ["FR"], contacts("2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z", "2026-11-22T09:00:00Z")).reasons,
    ).toMatchObject([{ until: "2026-11-28T09:00:00.000Z" }]);
  });

  test("POLICY-12 a time that can't be read counts as now", () => {
    expect(call("2026-11-23T12:00:00Z", ["FR"], contacts("yesterday", "last week")).reasons.map(({ code }) => code)).toEqual([
      "frequency_cap_reached",
    ]);
  });

  test("POLICY-12 what is not marketing is not counted", () => {
    expect(
      decide(set, ask("support", { contactNow: true }), person(["FR"], contacts("2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z"))).allowed,
    ).toBe(true);
  });
});
