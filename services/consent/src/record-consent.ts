/** POST /v1/subjects/{subject}/consents: the person grants, refuses, withdraws or objects. Exactly one event for one decision. */
import type { recordConsent as recordConsentRoute } from "@behest/contracts/consent";
import type { LedgerEvent } from "@behest/contracts/events";
import type { Locale, SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Verdict } from "@behest/policies/state";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import { commitTo, normalised } from "./commitment.ts";
import { statusOf, usualVerdict, withoutEvidence } from "./consent-status.ts";
import { lastEvent, receiptOf } from "./events-of.ts";
import { type Fact, purposeOf } from "./facts.ts";
import type { FoldedState } from "./fold.ts";
import { issueReceipt } from "./issue-receipt.ts";
import { beginWriting, type Writing } from "./ledger.ts";
import { publishDecision } from "./publish-decision.ts";
import { factOfWish, type ProvedContact, saysNothingNew, type Wish } from "./wish.ts";

type Input = InputOf<typeof recordConsentRoute>;
type Reply = ReplyOf<typeof recordConsentRoute>;

/** Throws Problem `subject_unknown`, `notice_outdated`, `malformed` or `conflict`. */
export const recordConsent =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { params: { subject }, body: wish }: Input): Promise<Reply> => {
    const writing = await beginWriting(tx, consent.ledger, [subject]);
    const state = knownState(writing, subject);
    const at = consent.clock.now();
    const fact = factOfWish(consent.policies, state, wish, provedContact(consent, writing, subject, actor, wish), at);
    const repeated = saysNothingNew(state, fact, at) ? await eventThere(tx, writing, subject, fact) : undefined;
    if (repeated !== undefined) return reply(consent, state, fact, repeated, await receiptOf(tx, subject, repeated.id));

    const locale = wish.notice?.locale;
    const event = await writing.append(subject, fact, {
      actor: "subject",
      client: actor.client,
      ...(locale === undefined ? {} : { locale }),
    });
    await writing.flush();
    const after = knownState(writing, subject);
    await publishDecision(tx, event, verdictOn(consent, fact, after).allowed);
    return reply(consent, after, fact, event, await receiptFor(tx, consent, event, after, locale ?? wish.locale ?? "en"));
  };

/** Throws Problem `subject_unknown` for somebody who is not enrolled, or erased: both are nobody here. */
export function knownState(writing: Writing, subject: SubjectId): FoldedState {
  const { state } = writing.of(subject);
  if (state === null || state.status === "erased") throw new Problem("subject_unknown");
  return state;
}

/** The event that said the same before. Throws Problem `conflict` where there never was one: nothing to lift. */
export async function eventThere(tx: Tx, writing: Writing, subject: SubjectId, fact: Fact): Promise<LedgerEvent> {
  const found = await lastEvent(tx, writing.of(subject).epoch, subject, fact.kind, purposeOf(fact));
  if (found === undefined) throw new Problem("conflict", { detail: "There is nothing to lift." });
  return found;
}

/** Where double opt-in is expected, an address that the identity provider has verified as this person's own counts as confirmed. */
function provedContact(consent: ConsentCell, writing: Writing, subject: SubjectId, actor: Actor, wish: Wish): ProvedContact | undefined {
  if (wish.contactPoint === undefined) return undefined;
  const { channel, value } = wish.contactPoint;
  const hash = commitTo(consent.ledger.commitmentKey, writing.keyOf(subject).salt, channel, value);
  const own = actor.email?.verified === true && normalised("email", actor.email.value) === normalised("email", value);
  return { channel, hash, proved: channel === "email" && own };
}

async function receiptFor(tx: Tx, consent: ConsentCell, event: LedgerEvent, state: FoldedState, locale: Locale): Promise<string | null> {
  const purpose = event.purpose === undefined ? undefined : consent.policies.purposes.get(event.purpose);
  if (purpose === undefined || (event.kind !== "granted" && event.kind !== "withdrawn")) return null;
  return issueReceipt(tx, consent, event, purpose, state, locale);
}

function reply(consent: ConsentCell, state: FoldedState, fact: Fact, event: LedgerEvent, receipt: string | null): Reply {
  const given = state.consents[purposeOf(fact) ?? ""];
  return { status: 201, body: { event, receipt, status: statusOf(given, verdictOn(consent, fact, withoutEvidence(state)).reasons) } };
}

const verdictOn = (consent: ConsentCell, fact: Fact, state: FoldedState): Verdict =>
  usualVerdict(consent.policies, consent.cell, purposeOf(fact) ?? "", state, consent.clock.now());
