/** POST /v1/subjects/{subject}/stops: restriction and erasure, told by the door that took the request. In force before the answer. */
import type { recordStop as recordStopRoute } from "@behest/contracts/consent";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import { beginWriting } from "./ledger.ts";
import { eventThere } from "./record-consent.ts";
import { saysNothingNew } from "./wish.ts";

type Input = InputOf<typeof recordStopRoute>;

/** Throws Problem `subject_unknown`, also for anything but a second `erased` about somebody erased; `conflict` with nothing to lift. */
export const recordStop =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { params: { subject }, body }: Input): Promise<ReplyOf<typeof recordStopRoute>> => {
    const writing = await beginWriting(tx, consent.ledger, [subject]);
    const { state } = writing.of(subject);
    if (state === null || (state.status === "erased" && body.kind !== "erased")) throw new Problem("subject_unknown");
    const fact = { kind: body.kind };
    if (saysNothingNew(state, fact, consent.clock.now()))
      return { status: 201, body: { event: await eventThere(tx, writing, subject, fact) } };
    const event = await writing.append(subject, fact, { actor: "service", client: actor.client, references: [body.reference] });
    await writing.flush();
    return { status: 201, body: { event } };
  };
