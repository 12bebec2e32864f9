import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { SubjectState } from "./state.ts";
import { ask, person, smallSet } from "./testing/small-policies.ts";
import { granted } from "./testing/consent.ts";

const set = smallSet();
const codes = (verdict: { reasons: readonly { code: string }[] }): string[] => verdict.reasons.map(({ code }) => code);

describe("unknown is no", () => {
  test("POLICY-1 an unknown purpose is refused before anything else is looked at", () => {
    const verdict = decide(set, ask("mining", { caller: { client: "nobody", roles: null } }), null);
    expect(verdict).toEqual({
      allowed: false,
      reasons: [{ code: "purpose_unknown", purpose: "mining" }],
      obligations: [],
      policy: set.hash,
    });
  });

  test("POLICY-1 a purpose named like a member of every object is unknown", () => {
    expect(codes(decide(set, ask("constructor"), person(["DE"])))).toEqual(["purpose_unknown"]);
  });

  test.each([
    ["an unknown category", { categories: ["secrets"] }, [{ code: "category_unknown", category: "secrets" }]],
    [
      "a category that the purpose does not need",
      { categories: ["contact", "finance"] },
      [{ code: "category_not_needed", category: "finance", purpose: "support" }],
    ],
    [
      "a channel that the purpose does not use",
      { channel: "sms" as const },
      [{ code: "channel_not_for_purpose", purpose: "support", channel: "sms" }],
    ],
    ["a country of no zone", { usedIn: "LB" }, [{ code: "transfer_pair_unknown", country: "LB" }]],
    ["a country that does not exist", { usedIn: "XX" }, [{ code: "transfer_pair_unknown", country: "XX" }]],
  ])("POLICY-1 %s is refused by name", (_title, rest, reasons) => {
    expect(decide(set, ask("support", rest), person(["DE"]))).toMatchObject({ allowed: false, reasons });
  });

  test("POLICY-1 nobody of that id is refused, and a category asked for is judged all the same", () => {
    expect(codes(decide(set, ask("support"), null))).toEqual(["subject_unknown"]);
    expect(codes(decide(set, ask("support", { categories: ["finance"] }), null))).toEqual(["category_not_needed", "subject_unknown"]);
  });

  test("POLICY-1 a channel on which the jurisdiction is silent is refused", () => {
    expect(decide(set, ask("calls"), person(["CN"])).reasons).toEqual([
      { code: "channel_rule_unknown", purpose: "calls", channel: "phone", jurisdiction: "CN" },
    ]);
  });

  test("POLICY-1 without a readable time nothing is allowed", () => {
    expect(codes(decide(set, ask("support", { at: new Date(Number.NaN) }), person(["DE"])))).toEqual(["stale"]);
  });
});

describe("callers", () => {
  test.each([
    ["an unknown client", { client: "stranger", roles: null }, "caller_unknown"],
    ["a client without the grant", { client: "trusted", roles: null }, "purpose_not_granted"],
    ["a role without the grant, though its client may", { client: "shop", roles: ["sales"] }, "purpose_not_granted"],
    ["a role named like a member of every object", { client: "shop", roles: ["constructor"] }, "purpose_not_granted"],
    ["a member of staff without a role, though the client may", { client: "shop", roles: [] }, "purpose_not_granted"],
  ])("POLICY-6 %s gets one answer, whoever the person is", (_title, caller, code) => {
    const question = ask("support", { caller, categories: ["secrets"], usedIn: "XX" });
    for (const state of [null, person(["DE"]), person(["DE"], { status: "erased" }), person([], { restricted: true })])
      expect(codes(decide(set, question, state))).toEqual([code]);
  });

  test("POLICY-6 one of several roles with the grant is enough", () => {
    expect(decide(set, ask("support", { caller: { client: "shop", roles: ["sales", "agent"] } }), person(["DE"])).allowed).toBe(true);
  });
});

describe("stops", () => {
  test("POLICY-18 an objection ends legitimate interest and consent, and is an opt-out where the law says so", () => {
    const objections = (purpose: string) => ({ objections: { [purpose]: { at: "2026-11-02T00:00:00Z" } } });
    expect(codes(decide(set, ask("analytics"), person(["DE"], objections("analytics"))))).toEqual(["objected"]);
    expect(codes(decide(set, ask("news"), person(["DE"], { ...objections("news"), consents: granted(set, "news") })))).toEqual([
      "objected",
    ]);
    expect(
      codes(decide(set, ask("profiling"), person(["US"], { ...objections("profiling"), consents: granted(set, "profiling") }))),
    ).toEqual(["opted_out"]);
  });

  test("POLICY-18 an objection reaches neither a contract nor a legal duty (GDPR Art. 21(1))", () => {
    for (const purpose of ["support", "billing"])
      expect(decide(set, ask(purpose), person(["DE"], { objections: { [purpose]: { at: "2026-11-02T00:00:00Z" } } })).allowed).toBe(true);
  });

  test("POLICY-18 restricted data serve legal duties only", () => {
    expect(decide(set, ask("billing"), person(["DE"], { restricted: true })).allowed).toBe(true);
    expect(decide(set, ask("support"), person(["DE"], { restricted: true })).allowed).toBe(false);
  });

  test("POLICY-18 an erased person is refused for everything, a legal duty too", () => {
    expect(decide(set, ask("billing"), person(["DE"], { status: "erased" })).allowed).toBe(false);
  });
});

describe("reasons that tell on a person", () => {
  const states = [
    ["erased", person(["DE"], { status: "erased" }), "subject_erased"],
    ["restricted", person(["DE"], { restricted: true, consents: granted(set, "profiling") }), "restricted"],
    ["a minor", person(["DE"], { birthYear: 2015, consents: granted(set, "profiling") }), "guardian_consent_missing"],
  ] as const;

  test.each(states)("POLICY-13 that a person is %s is told to callers named by policy only", (_title, state, code) => {
    expect(codes(decide(set, ask("profiling", { caller: { client: "trusted", roles: null } }), state))).toEqual([code]);
    expect(decide(set, ask("profiling"), state).reasons).toEqual([{ code: "not_permitted", purpose: "profiling" }]);
  });

  test("POLICY-13 beside a telling reason nothing else is said: what is left over would tell it", () => {
    const question = ask("profiling", { usedIn: "LB", categories: ["finance"], channel: "sms" });
    const telling: Partial<SubjectState>[] = [{ status: "erased" }, { restricted: true }, { birthYear: 2015 }];
    for (const state of telling)
      expect(decide(set, question, person(["DE"], state)).reasons).toEqual([{ code: "not_permitted", purpose: "profiling" }]);
  });
});

describe("every jurisdiction that may be the person's must allow", () => {
  test("POLICY-10 of two countries the stricter law refuses", () => {
    const consents = granted(set, "profiling");
    expect(decide(set, ask("profiling"), person(["DE"], { consents })).allowed).toBe(true);
    expect(decide(set, ask("profiling"), person(["DE", "CN"], { consents })).reasons).toEqual([
      { code: "legal_basis_missing", purpose: "profiling", jurisdiction: "CN", citation: "PIPL Art. 24" },
    ]);
  });

  test.each([
    ["unknown residence", []],
    ["a country that is not modelled", ["LB"]],
    ["a country nobody listed", ["QQ"]],
  ])("POLICY-10 for %s every modelled law is asked", (_title, countries) => {
    expect(decide(set, ask("profiling"), person(countries, { consents: granted(set, "profiling") })).reasons).toEqual([
      { code: "legal_basis_missing", purpose: "profiling", jurisdiction: "CN", citation: "PIPL Art. 24" },
    ]);
  });

  test("POLICY-10 a basis is looked up along the inheritance, then by default", () => {
    const evidence = [{ channel: "email" as const, condition: "opt_out_notice_given", at: "2026-11-01T00:00:00Z", purpose: "profiling" }];
    expect(decide(set, ask("profiling"), person(["US"], { subdivision: "US-CA", evidence })).allowed).toBe(true);
    expect(codes(decide(set, ask("profiling"), person(["DE"], { evidence })))).toEqual(["consent_not_recorded"]);
  });
});

describe("a purpose with several channels", () => {
  const consents = granted(set, "both-ways");

  test("POLICY-2 left open, each channel is judged and each refusal counts", () => {
    expect(decide(set, ask("both-ways"), person(["DE"], { consents })).allowed).toBe(true);
    expect(codes(decide(set, ask("both-ways"), person(["CN"], { consents })))).toEqual(["channel_rule_unknown"]);
    expect(decide(set, ask("both-ways", { channel: "email" }), person(["CN"], { consents })).allowed).toBe(true);
  });

  test("POLICY-2 written marketing carries a way out, a call does not", () => {
    expect(decide(set, ask("both-ways", { channel: "email" }), person(["DE"], { consents })).obligations).toEqual([
      { kind: "unsubscribe-link" },
    ]);
    expect(decide(set, ask("both-ways", { channel: "phone" }), person(["DE"], { consents })).obligations).toEqual([]);
  });

  test("POLICY-2 a refusal carries no obligations and no end", () => {
    expect(decide(set, ask("both-ways"), person(["DE"]))).toEqual({
      allowed: false,
      reasons: [{ code: "consent_not_recorded", purpose: "both-ways" }],
      obligations: [],
      policy: set.hash,
    });
  });
});
