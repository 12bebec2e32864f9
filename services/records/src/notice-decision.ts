/** POST /v1/decision-notices: take in what a person decided and let a mail follow. One ledger event is one mail, however often it is told. */
import { Problem } from "@behest/contracts/problem";
import type { noticeDecision as contract } from "@behest/contracts/decision-notice";
import type { InputOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { publish } from "@behest/runtime/outbox";
import { findEnrolled } from "./find-enrolled.ts";
import { decisionNotice } from "./schema.ts";

/** Of the outbox: the mail about the ledger event whose id the row has. */
export const noticeTopic = "decision-notice";

/** Throws Problem `subject_unknown`. */
export async function noticeDecision(tx: Tx, actor: Actor, { body }: InputOf<typeof contract>): Promise<{ event: string }> {
  const { event, subject, purpose, decision, at } = body;
  if (!(await findEnrolled(tx, subject))) throw new Problem("subject_unknown");
  const added = await tx
    .insert(decisionNotice)
    .values({ event, subject, purpose, decision, decidedAt: new Date(at), client: actor.client })
    .onConflictDoNothing()
    .returning({ event: decisionNotice.event });
  // By person, so that the mails about a yes and a later no arrive in that order.
  if (added.length > 0) await publish(tx, { id: event, topic: noticeTopic, key: subject, payload: {} });
  return { event };
}
