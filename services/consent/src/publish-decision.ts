/** What a person decided goes to the outbox with the decision itself, so that they are told exactly when it stands. */
import type { LedgerEvent } from "@behest/contracts/events";
import { ToldDecision } from "@behest/contracts/decision-notice";
import type { Tx } from "@behest/runtime/database";
import { publish } from "@behest/runtime/outbox";

/** Of the outbox: a decision that the person has to be told by mail. */
export const decisionTopic = "decision";

/**
 * `allowedNow`: whether the use that was agreed to is allowed with this. A refusal is no news to the person and changes nothing, so it is not told,
 * and neither is anything that they did not decide. The shard's lock, still held, keeps the decisions of one person in their order.
 */
export async function publishDecision(tx: Tx, event: LedgerEvent, allowedNow: boolean): Promise<void> {
  const decision = ToldDecision.safeParse(event.kind === "granted" && !allowedNow ? "granted_pending" : event.kind).data;
  if (decision === undefined || event.purpose === undefined) return;
  const payload = { subject: event.subject, purpose: event.purpose, decision, at: event.at };
  await publish(tx, { id: event.id, topic: decisionTopic, key: event.subject, payload });
}
