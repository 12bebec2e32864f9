/** POST /v1/subjects/{subject}/evidence: that a condition of opt-out or soft opt-in is met, and where the proof is. */
import type { recordEvidence as recordEvidenceRoute } from "@behest/contracts/consent";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import { beginWriting } from "./ledger.ts";
import { knownState } from "./record-consent.ts";
import { malformed } from "./wish.ts";

type Input = InputOf<typeof recordEvidenceRoute>;

/** Clocks of two machines differ by less; anything later would make a register check last longer than the law lets it. */
const aheadMsMax = 60_000;

/**
 * Bound to the contact point that is on record now, which the caller can't choose. Throws Problem `subject_unknown`, or `malformed` for
 * proof dated in the future or for a purpose that does not exist.
 */
export const recordEvidence =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { params: { subject }, body }: Input): Promise<ReplyOf<typeof recordEvidenceRoute>> => {
    const latest = consent.clock.now().getTime() + aheadMsMax;
    const ahead = body.conditions.findIndex(({ at }) => Date.parse(at) > latest);
    if (ahead >= 0) throw malformed(`/conditions/${ahead}/at`, "lies in the future");
    if (body.purpose !== undefined && !consent.policies.purposes.has(body.purpose)) throw malformed("/purpose", "no purpose of this name");
    const writing = await beginWriting(tx, consent.ledger, [subject]);
    const contact = knownState(writing, subject).contactPoints[body.channel];
    const about = {
      ...(body.purpose === undefined ? {} : { purpose: body.purpose }),
      ...(contact === undefined ? {} : { contact }),
    };
    const conditions = body.conditions.map(({ condition, at }) => ({ condition, at: new Date(at).toISOString(), ...about }));
    const references = body.conditions.map(({ reference }) => reference);
    const event = await writing.append(
      subject,
      { kind: "evidence_recorded", channel: body.channel, conditions },
      { actor: "service", client: actor.client, references },
    );
    await writing.flush();
    return { status: 201, body: { event } };
  };
