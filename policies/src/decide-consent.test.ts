import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { ConsentState } from "./state.ts";
import { granted } from "./testing/consent.ts";
import { ask, person, smallSet } from "./testing/small-policies.ts";

const set = smallSet();
const codes = (verdict: { reasons: readonly { code: string }[] }): string[] => verdict.reasons.map(({ code }) => code);
const withGrant = (countries: string[], rest: Partial<ConsentState>) => person(countries, { consents: granted(set, "news", rest) });

test.each([["DE"], ["FR"], ["CN"]])("POLICY-7 where nothing was recorded, e-mail to %s is refused for exactly that", (country) => {
  expect(decide(set, ask("news", { channel: "email", usedIn: "DE", cell: "eu" }), person(["DE"])).reasons).toEqual([
    { code: "consent_not_recorded", purpose: "news" },
  ]);
  expect(decide(set, ask("news"), person([country])).reasons).toEqual([{ code: "consent_not_recorded", purpose: "news" }]);
});

test("POLICY-7 the same reason from several jurisdictions is told once", () => {
  expect(decide(set, ask("news"), person(["DE", "FR", "CN"])).reasons).toEqual([{ code: "consent_not_recorded", purpose: "news" }]);
});

describe("a grant counts only as it was given", () => {
  test("POLICY-9 a whole grant allows", () => {
    expect(decide(set, ask("news"), withGrant(["DE"], {})).allowed).toBe(true);
  });

  test.each<[string, string, Partial<ConsentState>]>([
    ["refused", "consent_refused", { status: "refused" }],
    ["withdrawn", "consent_withdrawn", { status: "withdrawn" }],
    ["past its end", "consent_expired", { expiresAt: "2026-11-23T12:00:00.000Z" }],
    ["with an end that can't be read", "consent_expired", { expiresAt: "some day" }],
    ["to an older notice", "notice_outdated", { noticeVersion: "2025-01-01" }],
    ["to other words of the same version", "notice_outdated", { noticeHash: "sha256:other" }],
    ["unconfirmed where confirmation is expected", "consent_unconfirmed", { confirmed: false }],
  ])("POLICY-9 one that is %s does not", (_title, code, rest) => {
    expect(codes(decide(set, ask("news"), withGrant(["DE"], rest)))).toEqual([code]);
  });

  test("POLICY-9 every fault of a grant is told", () => {
    expect(codes(decide(set, ask("news"), withGrant(["DE"], { noticeVersion: "2025-01-01", confirmed: false })))).toEqual([
      "notice_outdated",
      "consent_unconfirmed",
    ]);
  });

  test("POLICY-9 confirmation is not asked for where the law does not expect it", () => {
    expect(decide(set, ask("news"), withGrant(["FR"], { confirmed: false })).allowed).toBe(true);
  });

  test("POLICY-9 a grant lasts to the instant before its end, and the answer says until when", () => {
    expect(decide(set, ask("news"), withGrant(["DE"], { expiresAt: "2026-11-23T12:00:00.001Z" })).validUntil).toBe(
      "2026-11-23T12:00:00.001Z",
    );
  });

  test("POLICY-9 what the purpose and the law let it last counts from the grant, in calendar months", () => {
    const given = (months: string) => ({ consents: granted(set, "profiling", { at: months }) });
    expect(decide(set, ask("profiling"), person(["DE"], given("2025-11-30T00:00:00Z"))).validUntil).toBe("2026-11-30T00:00:00.000Z");
    expect(codes(decide(set, ask("profiling"), person(["DE"], given("2025-11-20T00:00:00Z"))))).toEqual(["consent_expired"]);
    expect(codes(decide(set, ask("news"), withGrant(["CN"], { at: "2024-11-23T12:00:00Z" })))).toEqual(["consent_expired"]);
    expect(decide(set, ask("news"), withGrant(["CN"], { at: "2024-11-23T12:00:01Z" })).allowed).toBe(true);
  });

  test("POLICY-9 a grant is bound to the contact point it was given for, where one is on record", () => {
    const consents = granted(set, "news", { contact: { channel: "email", hash: "old" } });
    expect(decide(set, ask("news"), person(["DE"], { consents, contactPoints: { email: "old" } })).allowed).toBe(true);
    expect(decide(set, ask("news"), person(["DE"], { consents })).allowed).toBe(true);
    expect(codes(decide(set, ask("news"), person(["DE"], { consents, contactPoints: { email: "new" } })))).toEqual([
      "contact_point_changed",
    ]);
  });
});

describe("age", () => {
  const news = (birthYear: number | null, rest: Partial<ConsentState> = {}) =>
    decide(
      set,
      ask("profiling", { caller: { client: "trusted", roles: null } }),
      person(["DE"], { birthYear, consents: granted(set, "profiling", rest) }),
    );

  test("POLICY-9 who may still be under age needs a guardian's consent, who can't be does not", () => {
    expect(codes(news(2010))).toEqual(["guardian_consent_missing"]);
    expect(news(2009).allowed).toBe(true);
    expect(news(2010, { givenBy: "guardian" }).allowed).toBe(true);
  });

  test("POLICY-9 an unknown age is not taken for a minor's", () => {
    expect(news(null).allowed).toBe(true);
  });

  test("POLICY-9 at the turn of the year the old year counts until it is over everywhere", () => {
    const ofSixteen = (at: string) =>
      decide(set, ask("profiling", { at: new Date(at) }), person(["DE"], { birthYear: 2010, consents: granted(set, "profiling") })).allowed;
    expect([ofSixteen("2027-01-01T11:59:59Z"), ofSixteen("2027-01-01T12:00:00Z")]).toEqual([false, true]);
  });

  test("POLICY-9 for a minor, evidence of opt-out or of a sale takes nobody's place", () => {
    const evidence = ["contact_from_sale", "objection_notice_at_each_use", "opt_out_notice_given", "opt_out_link_in_each_message"].map(
      (condition) => ({ channel: "email" as const, condition, at: "2026-11-01T00:00:00Z" }),
    );
    for (const country of ["DE", "US"]) {
      expect(decide(set, ask("news"), person([country], { evidence })).allowed).toBe(true);
      expect(decide(set, ask("news"), person([country], { evidence, birthYear: 2020 })).allowed).toBe(false);
    }
  });
});
