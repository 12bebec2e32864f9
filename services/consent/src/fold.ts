/** What a subject's events add up to. Pure and total: every kind of event has its rule, and the order of the ledger decides. */
import type { ConsentState, Evidence, SubjectState } from "@behest/policies/state";
import type { Fact, FactOf, Residence } from "./facts.ts";

/** All that `decide()` must know of a person but the contacts, which are counted where they are kept. */
export type FoldedState = Omit<SubjectState, "contacts">;
export type Happened = { at: string; fact: Fact };

/** `state: null`: the first event. A stop may come first: replayed from the stop log into a database from before the enrolment. */
export function fold(state: FoldedState | null, event: Happened): FoldedState {
  const before = state ?? nothingKnown;
  // Erased is final: what comes after can neither revive nor describe the person.
  if (before.status === "erased") return before;
  return apply(before, event.fact, event.at);
}

/** Residence unknown, so the strictest law. */
const nothingKnown: FoldedState = {
  status: "active",
  restricted: false,
  countries: [],
  subdivision: null,
  timeZone: null,
  birthYear: null,
  consents: {},
  objections: {},
  contactPoints: {},
  evidence: [],
};

function apply(before: FoldedState, fact: Fact, at: string): FoldedState {
  switch (fact.kind) {
    case "enrolled":
      return { ...before, ...residence(fact.residence), contactPoints: fact.contactPoints };
    case "residence_changed":
      return { ...before, ...residence(fact.residence) };
    case "contact_point_changed":
      return { ...before, contactPoints: fact.contactPoints };
    case "granted":
      return granted(before, fact, at);
    case "confirmed":
      return confirmed(before, fact.purpose);
    case "refused":
      return stopped(before, fact.purpose, { status: "refused", at, noticeVersion: fact.noticeVersion, noticeHash: fact.noticeHash });
    case "withdrawn":
      return stopped(before, fact.purpose, { status: "withdrawn", at });
    case "objected":
      return objected(before, fact.purpose, at);
    case "objection_lifted":
      return lifted(before, fact.purpose);
    case "restricted":
      return { ...before, restricted: true };
    case "restriction_lifted":
      return { ...before, restricted: false };
    case "erased":
      return { ...nothingKnown, status: "erased" };
    case "evidence_recorded":
      return {
        ...before,
        evidence: withProof(
          before.evidence,
          fact.conditions.map((met) => ({ ...met, channel: fact.channel })),
        ),
      };
  }
}

const residence = (known: Residence | null): Residence => known ?? { countries: [], subdivision: null, timeZone: null, birthYear: null };

/** The person's last word counts: who agrees after an objection to the same purpose no longer objects to it. */
function granted(before: FoldedState, fact: FactOf<"granted">, at: string): FoldedState {
  const consent: ConsentState = {
    status: "granted",
    at,
    noticeVersion: fact.noticeVersion,
    noticeHash: fact.noticeHash,
    confirmed: fact.confirmed,
    separate: fact.separate,
    givenBy: fact.givenBy,
    ...(fact.contact === undefined ? {} : { contact: fact.contact }),
    ...(fact.expiresAt === undefined ? {} : { expiresAt: fact.expiresAt }),
  };
  return { ...before, consents: { ...before.consents, [fact.purpose]: consent }, objections: without(before.objections, fact.purpose) };
}

/** Only a grant can be confirmed; a confirmation that comes after a withdrawal confirms nothing. */
function confirmed(before: FoldedState, purpose: string): FoldedState {
  const consent = before.consents[purpose];
  if (consent?.status !== "granted") return before;
  return { ...before, consents: { ...before.consents, [purpose]: { ...consent, confirmed: true } } };
}

/** An objection ends the grant that it meets. `separate: false`: no withdrawal in words of its own, so it goes when the objection goes. */
function objected(before: FoldedState, purpose: string, at: string): FoldedState {
  const last = before.consents[purpose];
  const after = { ...before, objections: { ...before.objections, [purpose]: { at } } };
  return last?.status === "granted" ? stopped(after, purpose, { status: "withdrawn", at, separate: false }) : after;
}

/** Back to where nothing was said: the grant that the objection ended stays ended, and what the person withdrew or refused stays so. */
function lifted(before: FoldedState, purpose: string): FoldedState {
  const consent = before.consents[purpose];
  const consents = consent?.status === "withdrawn" && !consent.separate ? without(before.consents, purpose) : before.consents;
  return { ...before, consents, objections: without(before.objections, purpose) };
}

type Stop = { status: "refused" | "withdrawn"; at: string; noticeVersion?: string; noticeHash?: string; separate?: false };
function stopped(before: FoldedState, purpose: string, stop: Stop): FoldedState {
  const last = before.consents[purpose];
  const notice = { noticeVersion: stop.noticeVersion ?? last?.noticeVersion ?? "", noticeHash: stop.noticeHash ?? last?.noticeHash ?? "" };
  const consent = {
    status: stop.status,
    at: stop.at,
    ...notice,
    confirmed: false,
    separate: stop.separate ?? true,
    givenBy: "subject" as const,
  };
  return { ...before, consents: { ...before.consents, [purpose]: consent } };
}

/** One entry a channel, condition and purpose: the newest proof. Proof of a channel for another contact point counts no more and goes. */
function withProof(known: readonly Evidence[], recorded: readonly Evidence[]): Evidence[] {
  const current = known.filter((old) => recorded.every((met) => met.channel !== old.channel || met.contact === old.contact));
  const best = new Map<string, Evidence>();
  for (const met of [...current, ...recorded]) {
    const key = `${met.channel} ${met.condition} ${met.purpose ?? ""}`;
    const newest = best.get(key);
    if (newest === undefined || newest.at < met.at) best.set(key, met);
  }
  return [...best.values()];
}

const without = <V>(entries: Readonly<Record<string, V>>, key: string): Record<string, V> =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => name !== key));
