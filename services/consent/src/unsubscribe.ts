/** One-click unsubscribing without a sign-in (RFC 8058): looking changes nothing, following stops the purpose. */
import type { followUnsubscribeLink as followRoute, getUnsubscribeLink as getRoute } from "@behest/contracts/consent";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import { usualVerdict } from "./consent-status.ts";
import type { Fact } from "./facts.ts";
import type { FoldedState } from "./fold.ts";
import { beginWriting } from "./ledger.ts";
import { readStates } from "./ledger-read.ts";
import { publishDecision } from "./publish-decision.ts";
import { type UnsubscribeTarget, unsubscribeTarget } from "./unsubscribe-token.ts";
import { saysNothingNew, stopOf } from "./wish.ts";

/** Throws Problem `not_found` for a token that was never given out. */
export const getUnsubscribeLink =
  (consent: ConsentCell) =>
  async (tx: Tx, _actor: Actor, { params }: InputOf<typeof getRoute>): Promise<ReplyOf<typeof getRoute>> => {
    const link = targetOf(consent, params.token);
    const stored = (await readStates(tx, [link.subject])).get(link.subject);
    return { status: 200, body: answer(consent, link, stored?.state ?? null) };
  };

/** Throws Problem `not_found`. The same link twice has the effect of once. */
export const followUnsubscribeLink =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { params }: InputOf<typeof followRoute>): Promise<ReplyOf<typeof followRoute>> => {
    const link = targetOf(consent, params.token);
    const writing = await beginWriting(tx, consent.ledger, [link.subject]);
    const { state } = writing.of(link.subject);
    const fact = stopBy(consent, link, state);
    if (fact !== undefined && !(state !== null && saysNothingNew(state, fact, consent.clock.now()))) {
      const event = await writing.append(link.subject, fact, { actor: "link", client: actor.client });
      await writing.flush();
      await publishDecision(tx, event, false);
    }
    return { status: 200, body: answer(consent, link, writing.of(link.subject).state) };
  };

function targetOf({ ledger, cell }: ConsentCell, token: string): UnsubscribeTarget {
  const target = unsubscribeTarget(ledger.commitmentKey, cell, token);
  if (target === undefined) throw new Problem("not_found");
  return target;
}

/** Undefined for whoever was erased, and for a purpose that is no more: nobody is contacted then, so nothing is left to stop. */
function stopBy({ policies }: ConsentCell, link: UnsubscribeTarget, state: FoldedState | null): Fact | undefined {
  const purpose = policies.purposes.get(link.purpose);
  if (purpose === undefined || state?.status === "erased") return undefined;
  // A database from before the enrolment. Whose law is not known, and an objection stops under all of them.
  return state === null ? { kind: "objected", purpose: link.purpose } : stopOf(policies, purpose, state, { action: "withdraw" });
}

const answer = (consent: ConsentCell, link: UnsubscribeTarget, state: FoldedState | null) => ({
  purpose: link.purpose,
  channel: link.channel,
  stopped: isStopped(consent, link, state),
});

/** The person has said no, and by the decision that a caller would get now that no holds. */
function isStopped({ policies, cell, clock }: ConsentCell, { purpose, channel }: UnsubscribeTarget, state: FoldedState | null): boolean {
  if (state === null) return false;
  if (state.status === "erased" || !policies.purposes.has(purpose)) return true;
  const status = state.consents[purpose]?.status;
  const saidNo = status === "withdrawn" || status === "refused" || state.objections[purpose] !== undefined;
  return saidNo && !usualVerdict(policies, cell, purpose, state, clock.now(), channel).allowed;
}
