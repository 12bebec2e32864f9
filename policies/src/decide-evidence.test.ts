import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { Evidence } from "./state.ts";
import { granted } from "./testing/consent.ts";
import { ask, person, smallSet } from "./testing/small-policies.ts";

const set = smallSet();
/** Bound to no address, as long as none is on record. */
const recorded = (channel: Evidence["channel"], ...entries: (string | [string, string])[]): Evidence[] =>
  entries.map((entry) =>
    typeof entry === "string"
      ? { channel, condition: entry, at: "2026-11-20T00:00:00.000Z" }
      : { channel, condition: entry[0], at: entry[1] },
  );

describe("soft opt-in", () => {
  const whole = recorded("email", "contact_from_sale", "objection_notice_at_each_use");

  test("POLICY-8 with every condition on record it allows without consent, and asks for the notice", () => {
    expect(decide(set, ask("news"), person(["DE"], { evidence: whole }))).toEqual({
      allowed: true,
      reasons: [],
      obligations: [{ kind: "objection-notice", citation: "UWG § 7(3)" }, { kind: "unsubscribe-link" }],
      validUntil: "2027-11-20T00:00:00.000Z",
      policy: set.hash,
    });
  });

  test("POLICY-8 a condition that is missing is named with the law that asks for it", () => {
    expect(decide(set, ask("news"), person(["DE"], { evidence: recorded("email", "contact_from_sale") })).reasons).toEqual([
      { code: "consent_not_recorded", purpose: "news" },
      {
        code: "soft_opt_in_evidence_missing",
        purpose: "news",
        condition: "objection_notice_at_each_use",
        channel: "email",
        jurisdiction: "DE",
        citation: "UWG § 7(3)",
      },
    ]);
  });

  test("POLICY-8 evidence of another channel is none", () => {
    expect(
      decide(set, ask("news"), person(["DE"], { evidence: recorded("phone", "contact_from_sale", "objection_notice_at_each_use") }))
        .reasons,
    ).toEqual([{ code: "consent_not_recorded", purpose: "news" }]);
  });

  test("POLICY-8 evidence for another purpose is none", () => {
    const forPurpose = (purpose: string) => whole.map((evidence) => ({ ...evidence, purpose }));
    expect(decide(set, ask("news"), person(["DE"], { evidence: forPurpose("both-ways") })).reasons).toEqual([
      { code: "consent_not_recorded", purpose: "news" },
    ]);
    expect(decide(set, ask("news"), person(["DE"], { evidence: forPurpose("news") })).allowed).toBe(true);
  });

  test("POLICY-8 evidence is bound to the address that was on record: another address, a first one or none, and it is none", () => {
    const allowedWith = (then: string | undefined, now: string | undefined) => {
      const evidence = whole.map((one) => (then === undefined ? one : { ...one, contact: then }));
      return decide(set, ask("news"), person(["DE"], { evidence, contactPoints: now === undefined ? {} : { email: now } })).allowed;
    };
    expect([allowedWith("a", "a"), allowedWith(undefined, undefined)]).toEqual([true, true]);
    expect([allowedWith("a", "b"), allowedWith(undefined, "a"), allowedWith("a", undefined)]).toEqual([false, false, false]);
  });

  test("POLICY-8 what is done at each use is proved for twelve months only, and asked for at this use too", () => {
    const noticed = (at: string) =>
      decide(set, ask("news"), person(["DE"], { evidence: recorded("email", "contact_from_sale", ["objection_notice_at_each_use", at]) }));
    expect(noticed("2025-11-24T00:00:00Z")).toMatchObject({
      allowed: true,
      validUntil: "2026-11-24T00:00:00.000Z",
      obligations: [{ kind: "objection-notice", citation: "UWG § 7(3)" }, { kind: "unsubscribe-link" }],
    });
    expect(noticed("2025-11-23T12:00:00Z").reasons).toContainEqual({
      code: "soft_opt_in_evidence_missing",
      purpose: "news",
      condition: "objection_notice_at_each_use",
      channel: "email",
      jurisdiction: "DE",
      citation: "house rule of practice",
    });
  });

  test("POLICY-8 what lies in the future proves nothing", () => {
    const evidence = recorded(
      "email",
      ["contact_from_sale", "2026-11-23T12:00:00.001Z"],
      ["objection_notice_at_each_use", "2099-01-01T00:00:00Z"],
    );
    expect(decide(set, ask("news"), person(["DE"], { evidence })).allowed).toBe(false);
  });

  test.each([
    ["refused", "consent_refused"],
    ["withdrawn", "consent_withdrawn"],
  ] as const)("POLICY-8 who has %s is no longer written to, whatever is on record", (status, code) => {
    expect(decide(set, ask("news"), person(["DE"], { evidence: whole, consents: granted(set, "news", { status }) })).reasons).toEqual([
      { code, purpose: "news" },
    ]);
  });

  test("POLICY-8 it carries on where a grant has run out", () => {
    expect(
      decide(set, ask("news"), person(["DE"], { evidence: whole, consents: granted(set, "news", { expiresAt: "2026-11-02T00:00:00Z" }) }))
        .allowed,
    ).toBe(true);
  });

  test("POLICY-8 the months run from the newest sale, and the answer ends with them", () => {
    const sale = (at: string) =>
      decide(
        set,
        ask("news"),
        person(["FR"], {
          evidence: [
            ...recorded("email", ["contact_from_sale", "2020-01-01T00:00:00Z"], ["contact_from_sale", at], "objection_notice_at_each_use"),
          ],
        }),
      );
    expect(sale("2024-11-24T00:00:00Z").validUntil).toBe("2026-11-24T00:00:00.000Z");
    expect(sale("2024-11-22T00:00:00Z").reasons.map(({ code, condition }) => [code, condition])).toEqual([
      ["consent_not_recorded", undefined],
      ["soft_opt_in_evidence_missing", "contact_from_sale"],
    ]);
  });

  test("POLICY-8 it must hold in every jurisdiction that may be the person's", () => {
    expect(decide(set, ask("news"), person(["DE", "CN"], { evidence: whole })).reasons).toEqual([
      { code: "consent_not_recorded", purpose: "news" },
    ]);
  });
});

describe("opt-out", () => {
  test("POLICY-8 of a purpose without a channel only evidence recorded for that very purpose counts", () => {
    const [notice] = recorded("email", "opt_out_notice_given");
    if (notice === undefined) throw new Error("one was recorded");
    const shown = (evidence: Evidence[]) => decide(set, ask("profiling"), person(["US"], { subdivision: "US-TX", evidence }));
    const missing = [
      {
        code: "opt_out_evidence_missing",
        purpose: "profiling",
        condition: "opt_out_notice_given",
        jurisdiction: "US",
        citation: "Cal. Civ. § 1798.120",
      },
    ];
    expect(shown([notice]).reasons).toEqual(missing);
    expect(shown([{ ...notice, purpose: "news" }]).reasons).toEqual(missing);
    expect(shown([{ ...notice, purpose: "profiling" }]).allowed).toBe(true);
  });

  test("POLICY-8 a way out in each message is proved for twelve months only, and each message is told to carry it", () => {
    const linked = (at: string) =>
      decide(
        set,
        ask("news"),
        person(["US"], {
          subdivision: "US-TX",
          evidence: recorded("email", "opt_out_notice_given", ["opt_out_link_in_each_message", at]),
        }),
      );
    expect(linked("2025-11-24T00:00:00Z")).toMatchObject({ allowed: true, obligations: [{ kind: "unsubscribe-link" }] });
    expect(linked("2025-11-23T12:00:00Z").reasons).toMatchObject([
      { code: "opt_out_evidence_missing", condition: "opt_out_link_in_each_message", citation: "house rule of practice" },
    ]);
  });

  test("POLICY-8 silence is not enough: each condition that is not on record is named", () => {
    expect(
      decide(set, ask("news"), person(["US"], { subdivision: "US-TX", evidence: recorded("email", "opt_out_notice_given") })).reasons,
    ).toEqual([
      {
        code: "opt_out_evidence_missing",
        purpose: "news",
        condition: "opt_out_link_in_each_message",
        channel: "email",
        jurisdiction: "US",
        citation: "CAN-SPAM",
      },
    ]);
  });

  test("POLICY-8 with every condition on record it allows until the person says no", () => {
    const evidence = recorded("email", "opt_out_notice_given", "opt_out_link_in_each_message");
    expect(decide(set, ask("news"), person(["US"], { evidence })).allowed).toBe(true);
    for (const status of ["refused", "withdrawn"] as const)
      expect(decide(set, ask("news"), person(["US"], { evidence, consents: granted(set, "news", { status }) })).reasons).toEqual([
        { code: "opted_out", purpose: "news" },
      ]);
  });

  test("POLICY-8 a register check that is missing, or grown old, is told apart", () => {
    const called = (at?: string) =>
      decide(
        set,
        ask("calls"),
        person(["US"], { subdivision: "US-TX", evidence: at === undefined ? [] : recorded("phone", ["register_checked", at]) }),
      );
    const missing = {
      code: "register_check_missing",
      purpose: "calls",
      condition: "register_checked",
      channel: "phone",
      jurisdiction: "US",
      citation: "47 CFR 64.1200(c)(2)",
    };
    expect(called().reasons).toEqual([missing]);
    expect(called("2026-10-23T12:00:00Z").reasons).toEqual([missing]);
    expect(called("2026-10-24T12:00:00Z").validUntil).toBe("2026-11-24T12:00:00.000Z");
  });

  test("POLICY-8 who has agreed need not be shown to have been told how to opt out", () => {
    expect(decide(set, ask("calls"), person(["US"], { consents: granted(set, "calls") })).allowed).toBe(true);
  });

  test("POLICY-8 legitimate interest ends with a refusal", () => {
    expect(decide(set, ask("analytics"), person(["DE"])).allowed).toBe(true);
    expect(decide(set, ask("analytics"), person(["DE"], { consents: granted(set, "analytics", { status: "refused" }) })).reasons).toEqual([
      { code: "objected", purpose: "analytics" },
    ]);
  });
});
