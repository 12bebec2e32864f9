import { evidenceConditions } from "@behest/contracts/consent";
import { channels } from "@behest/contracts/ids";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Fact } from "./facts.ts";
import { type FoldedState, fold, type Happened } from "./fold.ts";

const purpose = fc.constantFrom("marketing-email", "profiling", "analytics");
const channel = fc.constantFrom(...channels);
const contactPoints = fc.dictionary(channel, fc.constantFrom("commitment-a", "commitment-b"));
const residence = fc.option(
  fc.record({
    countries: fc.subarray(["DE", "FR", "US"]),
    subdivision: fc.constantFrom(null, "US-CA"),
    timeZone: fc.constantFrom(null, "Europe/Berlin"),
    birthYear: fc.option(fc.integer({ min: 1920, max: 2020 })),
  }),
);
const at = fc
  .date({ min: new Date("2024-01-01T00:00:00Z"), max: new Date("2027-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
const notice = { noticeVersion: fc.constantFrom("2026-11-01", "2026-11-20"), noticeHash: fc.constant("sha256:00") };

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ kind: fc.constant("enrolled" as const), residence, contactPoints }),
  fc.record({ kind: fc.constant("residence_changed" as const), residence }),
  fc.record({ kind: fc.constant("contact_point_changed" as const), contactPoints }),
  fc.record({
    kind: fc.constant("granted" as const),
    purpose,
    ...notice,
    confirmed: fc.boolean(),
    separate: fc.constant(true),
    givenBy: fc.constant("subject" as const),
  }),
  fc.record({
    kind: fc.constantFrom("confirmed" as const, "withdrawn" as const, "objected" as const, "objection_lifted" as const),
    purpose,
  }),
  fc.record({ kind: fc.constant("refused" as const), purpose, ...notice }),
  fc.record({ kind: fc.constantFrom("restricted" as const, "restriction_lifted" as const) }),
  fc.record({
    kind: fc.constant("evidence_recorded" as const),
    channel,
    conditions: fc.array(fc.record({ condition: fc.constantFrom(...evidenceConditions), at }), { minLength: 1, maxLength: 4 }),
  }),
);
const history = fc.array(fc.record({ at, fact }), { maxLength: 25 });
const folded = (events: readonly Happened[]): FoldedState | null => events.reduce<FoldedState | null>(fold, null);
const when = "2026-11-22T10:00:00.000Z";
const proof = (moment: string, about: { purpose?: string; contact?: string }): Happened => ({
  at: when,
  fact: { kind: "evidence_recorded", channel: "email", conditions: [{ condition: "register_checked", at: moment, ...about }] },
});

describe("CONSENT-2 state is what the ledger's events add up to", () => {
  test.prop([history])("the same history always gives the same state, and no event changes what was folded before", (events) => {
    const before = folded(events);
    const copy = structuredClone(before);
    fold(before, { at: when, fact: { kind: "withdrawn", purpose: "analytics" } });
    expect(before).toEqual(copy);
    expect(folded(events)).toEqual(before);
  });

  test.prop([history, purpose])("after a withdrawal or refusal no history leaves the consent granted", (events, stopped) => {
    for (const stop of [
      { kind: "withdrawn", purpose: stopped },
      { kind: "refused", purpose: stopped, noticeVersion: "", noticeHash: "" },
    ] as const) {
      const state = fold(folded(events), { at: when, fact: stop });
      if (state.status === "active") expect(state.consents[stopped]?.status).not.toBe("granted");
    }
  });

  test.prop([history, purpose])("a confirmation after a withdrawal revives nothing", (events, stopped) => {
    const withdrawn = fold(folded(events), { at: when, fact: { kind: "withdrawn", purpose: stopped } });
    expect(fold(withdrawn, { at: when, fact: { kind: "confirmed", purpose: stopped } })).toEqual(withdrawn);
  });

  test.prop([history, history])("erased is final: whatever follows, nothing is known of the person any more", (before, after) => {
    const erased = fold(folded(before), { at: when, fact: { kind: "erased" } });
    expect(erased).toMatchObject({ status: "erased", countries: [], birthYear: null, consents: {}, contactPoints: {}, evidence: [] });
    expect(after.reduce<FoldedState>(fold, erased)).toEqual(erased);
  });

  test.prop([history, purpose])(
    "the last word counts: a grant ends an earlier objection, and a later objection stands",
    (events, about) => {
      const grant: Fact = {
        kind: "granted",
        purpose: about,
        noticeVersion: "v",
        noticeHash: "h",
        confirmed: true,
        separate: true,
        givenBy: "subject",
      };
      const granted = fold(folded(events), { at: when, fact: grant });
      expect(granted.objections[about]).toBeUndefined();
      expect(fold(granted, { at: when, fact: { kind: "objected", purpose: about } }).objections[about]).toEqual({ at: when });
    },
  );

  test.prop([history, purpose])("an objection ends the grant it meets, and lifting it revives none", (events, about) => {
    const grant: Fact = {
      kind: "granted",
      purpose: about,
      noticeVersion: "v",
      noticeHash: "h",
      confirmed: true,
      separate: true,
      givenBy: "subject",
    };
    const objected = fold(fold(folded(events), { at: when, fact: grant }), { at: when, fact: { kind: "objected", purpose: about } });
    expect(objected.consents[about]).toMatchObject({ status: "withdrawn", noticeVersion: "v", noticeHash: "h" });
    const lifted = fold(objected, { at: when, fact: { kind: "objection_lifted", purpose: about } });
    expect(lifted.objections[about]).toBeUndefined();
    // Not a no either: lifting is the way back to a use that rests on no consent.
    expect(lifted.consents[about]).toBeUndefined();
  });

  test.prop([history, purpose])("lifting an objection takes back no withdrawal and no refusal", (events, about) => {
    for (const stop of [
      { kind: "withdrawn", purpose: about },
      { kind: "refused", purpose: about, noticeVersion: "", noticeHash: "" },
    ] as const) {
      const stopped = fold(folded(events), { at: when, fact: stop });
      const back = (["objected", "objection_lifted"] as const).reduce(
        (state, kind) => fold(state, { at: when, fact: { kind, purpose: about } }),
        stopped,
      );
      expect(back.consents[about]).toEqual(stopped.consents[about]);
    }
  });

  test.prop([history])("a stop that comes before the enrolment outlives it", (events) => {
    const stops = fold(fold(null, { at: when, fact: { kind: "withdrawn", purpose: "analytics" } }), {
      at: when,
      fact: { kind: "restricted" },
    });
    const enrolled = fold(stops, {
      at: when,
      fact: { kind: "enrolled", residence: { countries: ["DE"], subdivision: null, timeZone: null, birthYear: null }, contactPoints: {} },
    });
    expect(enrolled).toMatchObject({ restricted: true, countries: ["DE"], consents: { analytics: { status: "withdrawn" } } });
    expect(events.length).toBeGreaterThanOrEqual(0);
  });

  test.prop([fc.array(at, { minLength: 2, maxLength: 6 })])(
    "of the same condition the newest proof is kept, in whichever order proofs arrive",
    (moments) => {
      const state = folded(
        moments.map((moment) => ({
          at: when,
          fact: { kind: "evidence_recorded", channel: "email", conditions: [{ condition: "register_checked", at: moment }] },
        })),
      );
      expect(state?.evidence).toEqual([{ channel: "email", condition: "register_checked", at: [...moments].sort().at(-1) }]);
    },
  );

  test.prop([fc.array(fc.tuple(at, fc.constantFrom("profiling", "partner-sharing", undefined)), { minLength: 1, maxLength: 8 })])(
    "proof for one purpose never takes the place of proof for another",
    (proofs) => {
      const state = folded(proofs.map(([moment, about]) => proof(moment, about === undefined ? {} : { purpose: about })));
      const wanted = new Set(proofs.map(([, about]) => about));
      expect(new Set(state?.evidence.map((met) => met.purpose))).toEqual(wanted);
      expect(state?.evidence).toHaveLength(wanted.size);
    },
  );

  test.prop([at, at])("proof for the address of today takes the place of proof for another, even of a later day", (one, other) => {
    const state = folded([proof(one, { contact: "a" }), proof(other, { contact: "b" })]);
    expect(state?.evidence).toEqual([{ channel: "email", condition: "register_checked", at: other, contact: "b" }]);
  });
});
