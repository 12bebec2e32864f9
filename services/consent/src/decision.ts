/** From a question and what the database knows to the decision that a caller gets. The rules are `decide()`'s; here are freshness and place. */
import type { Check, Decision, Reason } from "@behest/contracts/decision";
import type { Actor } from "@behest/runtime/actor";
import { decide } from "@behest/policies/decide";
import type { Question, Verdict } from "@behest/policies/state";
import type { z } from "zod";
import type { ConsentCell } from "./cell.ts";
import type { PastContact } from "./contacts.ts";
import type { Head, StoredState } from "./ledger-read.ts";
import { revisionOf, revisionParts, shardOf } from "./shard.ts";

export type Known = {
  /** Read before the states, so that a state is never older than the head it is compared with. */
  heads: ReadonlyMap<number, Head>;
  states: ReadonlyMap<string, StoredState>;
  contacts: ReadonlyMap<string, readonly PastContact[]>;
  /** `performance.now()` when the states had been read. */
  readAtMs: number;
};
type DecisionBody = z.infer<typeof Decision>;
type Asked = z.infer<typeof Check>;

export function decideCheck(consent: ConsentCell, known: Known, caller: Question["caller"], check: Asked, at: Date): DecisionBody {
  const stored = known.states.get(check.subject);
  const question = questionOf(consent, caller, check, at);
  const state = stored === undefined ? null : { ...stored.state, contacts: known.contacts.get(check.subject) ?? [] };
  const verdict = decide(consent.policies, question, state);
  return answer(known, check, isStale(known, check) ? denied(verdict, { code: "stale" }) : verdict);
}

/** The subject lives in another cell: nothing is known of them here, and nothing is looked up. */
export function denyForeign(consent: ConsentCell, known: Known, check: Asked, cell: string): DecisionBody {
  return answer(known, check, { allowed: false, reasons: [{ code: "wrong_cell", cell }], obligations: [], policy: consent.policies.hash });
}

/** Only services ask here, each for itself: what staff may see of whom the records door alone knows. */
export const callerOf = ({ client }: Actor): Question["caller"] => ({ client, roles: null });

/** A purpose with one channel is always about that channel; about which of several the caller must say. */
export function questionOf(consent: ConsentCell, caller: Question["caller"], check: Asked, at: Date): Question {
  const channels = consent.policies.purposes.get(check.purpose)?.channels ?? [];
  const channel = check.channel ?? (channels.length === 1 ? channels[0] : undefined);
  return {
    caller,
    purpose: check.purpose,
    channel,
    usedIn: check.usedIn,
    categories: check.categories,
    cell: consent.cell,
    at,
    contactNow: channel !== undefined,
  };
}

/** A caller that has seen a later state than this database, or one of another epoch, is not answered from here. */
function isStale(known: Known, check: Asked): boolean {
  if (check.minRevision === undefined) return false;
  const wanted = revisionParts(check.minRevision);
  const head = known.heads.get(shardOf(check.subject));
  return head === undefined || wanted.epoch !== head.epoch || wanted.shard !== head.shard || wanted.position > head.head;
}

const denied = (verdict: Verdict, reason: Reason): Verdict => {
  const { validUntil: _validUntil, ...rest } = verdict;
  return { ...rest, allowed: false, reasons: [...verdict.reasons, reason] };
};

function answer(known: Known, check: Asked, verdict: Verdict): DecisionBody {
  const shard = shardOf(check.subject);
  const head = known.heads.get(shard);
  if (head === undefined) throw new Error("a shard without a head: the database was not migrated");
  return {
    allowed: verdict.allowed,
    reasons: verdict.reasons,
    obligations: verdict.obligations,
    revision: revisionOf(head.epoch, shard, known.states.get(check.subject)?.position ?? head.head),
    ageMs: ageOf(known),
    policy: verdict.policy,
    ...(verdict.validUntil === undefined ? {} : { validUntil: verdict.validUntil }),
  };
}

/** How old the states are by now, in whole ms. */
export const ageOf = ({ readAtMs }: Known): number => Math.max(0, Math.floor(performance.now() - readAtMs));
