import { Obligation, Reason } from "@behest/contracts/decision";
import { Instant } from "@behest/contracts/ids";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, vi } from "vitest";
import { decide } from "./decide.ts";
import { loadPolicies } from "./load.ts";
import type { Question, SubjectState } from "./state.ts";
import { arbitraries } from "./testing/arbitrary.ts";

// Whole policy sets are read and tried: long on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

const set = loadPolicies();
const { purpose, anyQuestion, likelyQuestion: likely, state, country, consentTo, wholeGrant } = arbitraries(set);
const runs = { numRuns: 400 };
const isAllowed = (asked: Question, person: SubjectState | null): boolean => decide(set, asked, person).allowed;

/** Each is one more no. */
const refusals: readonly ((person: SubjectState, code: string) => SubjectState)[] = [
  (person) => ({ ...person, status: "erased" }),
  (person) => ({ ...person, restricted: true }),
  (person, code) => ({ ...person, objections: { ...person.objections, [code]: { at: "2026-11-20T00:00:00.000Z" } } }),
  (person, code) => ({ ...person, consents: { ...person.consents, [code]: { ...wholeGrant(code), status: "withdrawn" } } }),
  (person, code) => ({ ...person, consents: { ...person.consents, [code]: { ...wholeGrant(code), status: "refused" } } }),
  (person, code) => ({
    ...person,
    consents: Object.fromEntries(
      Object.entries(person.consents).filter(([other]) => other !== code || person.consents[code]?.status !== "granted"),
    ),
  }),
  (person) => ({ ...person, evidence: [] }),
  (person) => ({ ...person, contacts: [...person.contacts, { channel: "email", at: "2026-11-20T00:00:00.000Z" }] }),
];

describe("the decision, over the real policies", () => {
  test.prop([anyQuestion, fc.option(state)], runs)(
    "POLICY-5 answers whatever it is given, in the words of the contract, and never throws",
    (asked, person) => {
      const verdict = decide(set, asked, person);
      expect(verdict.allowed).toBe(verdict.reasons.length === 0);
      expect(() => verdict.reasons.map((reason) => Reason.parse(reason))).not.toThrow();
      expect(() => verdict.obligations.map((obligation) => Obligation.parse(obligation))).not.toThrow();
      expect(() => Instant.optional().parse(verdict.validUntil)).not.toThrow();
      expect(verdict.policy).toBe(set.hash);
    },
  );

  test("POLICY-5 what these tests try is allowed often enough to mean something", () => {
    const tried = fc.sample(fc.tuple(likely, state), { numRuns: 2_000, seed: 7 });
    const allowed = tried.filter(([asked, person]) => isAllowed(asked, person)).length;
    expect(allowed).toBeGreaterThan(100);
    expect(allowed).toBeLessThan(1_900);
  });

  test.prop([likely, state, fc.constantFrom(...refusals), fc.option(purpose)], runs)(
    "POLICY-2 one more refusal never turns a no into a yes",
    (asked, person, refusal, other) => {
      const refused = refusal(person, other ?? asked.purpose);
      if (isAllowed(asked, refused)) expect(decide(set, asked, person).reasons).toEqual([]);
    },
  );

  test.prop([likely, state, country], runs)(
    "POLICY-10 one more country of residence never turns a no into a yes",
    (asked, person, another) => {
      fc.pre(person.countries.length > 0);
      if (isAllowed(asked, { ...person, countries: [...person.countries, another] }))
        expect(decide(set, asked, person).reasons).toEqual([]);
    },
  );

  test.prop([likely, state, fc.string().filter((text) => !text.includes("-"))], runs)(
    "POLICY-1 anything unknown in the question denies",
    (asked, person, text) => {
      const unknown = `unknown ${text}`;
      const asking: Question[] = [
        { ...asked, purpose: unknown },
        { ...asked, caller: { client: unknown, roles: null } },
        { ...asked, caller: { ...asked.caller, roles: [unknown] } },
        { ...asked, caller: { ...asked.caller, roles: [] } },
        { ...asked, categories: [unknown] },
        { ...asked, usedIn: unknown },
      ];
      expect(asking.map((one) => isAllowed(one, person))).toEqual([false, false, false, false, false, false]);
      expect(isAllowed(asked, null)).toBe(false);
    },
  );

  test.prop([fc.array(fc.tuple(anyQuestion, fc.option(state)), { maxLength: 6 })], runs)(
    "POLICY-3 the same question gets the same answer, in whatever order, and nothing given is changed",
    (asked) => {
      const before = structuredClone(asked);
      const answers = asked.map(([one, person]) => decide(set, one, person));
      const backwards = asked
        .toReversed()
        .map(([one, person]) => decide(set, one, person))
        .toReversed();
      expect(backwards).toEqual(answers);
      expect(asked).toEqual(before);
    },
  );

  test.prop([likely, state, purpose], runs)("POLICY-4 a whole grant never allows less", (asked, person, code) => {
    const more = { ...person, consents: { ...person.consents, [code]: wholeGrant(code) } };
    if (isAllowed(asked, person)) expect(decide(set, asked, more).reasons).toEqual([]);
  });

  test.prop(
    [likely, state, purpose.chain((code) => consentTo(code).map((consent) => [code, { ...consent, status: "granted" as const }] as const))],
    runs,
  )("POLICY-4 a grant where none was, however faulty, never allows less", (asked, person, [code, consent]) => {
    const without = { ...person, consents: Object.fromEntries(Object.entries(person.consents).filter(([other]) => other !== code)) };
    if (isAllowed(asked, without))
      expect(decide(set, asked, { ...without, consents: { ...without.consents, [code]: consent } }).reasons).toEqual([]);
  });

  test.prop([likely, state], runs)("POLICY-8 evidence for an address that is not the one on record is as none", (asked, person) => {
    const evidence = person.evidence.map((one) => ({ ...one, contact: "elsewhere" }));
    expect(decide(set, asked, { ...person, evidence })).toEqual(decide(set, asked, { ...person, evidence: [] }));
  });

  test.prop([anyQuestion, state], runs)(
    "POLICY-13 a caller that policy does not name reads one word for all that tells on a person",
    (asked, person) => {
      fc.pre(set.callers.get(asked.caller.client)?.tellingReasons !== true);
      const codes = decide(set, asked, person).reasons.map(({ code }) => code);
      expect(codes.filter((code) => ["subject_erased", "restricted", "guardian_consent_missing"].includes(code))).toEqual([]);
      if (codes.includes("not_permitted")) expect(codes).toEqual(["not_permitted"]);
    },
  );

  test.prop([anyQuestion, fc.option(state), fc.option(state)], runs)(
    "POLICY-6 to a caller without the grant every person is the same",
    (asked, one, another) => {
      const { reasons } = decide(set, asked, one);
      if (reasons.some(({ code }) => code === "caller_unknown" || code === "purpose_not_granted"))
        expect(decide(set, asked, another).reasons).toEqual(reasons);
    },
  );
});
