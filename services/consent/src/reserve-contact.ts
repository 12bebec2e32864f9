/**
 * POST /v1/contacts: decides and takes one of the person's contact slots, in one step. Of two callers racing for the last, one gets it.
 * A retry with the same Idempotency-Key keeps its slot, but is decided again: who has said no meanwhile is not contacted.
 */
import type { reserveContact as reserveContactRoute } from "@behest/contracts/consent";
import { SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { PolicySet } from "@behest/policies/compile";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { newId } from "@behest/runtime/id";
import type { ConsentCell } from "./cell.ts";
import { foreignCell, refuseAllForeign } from "./check-uses.ts";
import { type Contact, contactOf, insertContact, releaseKeys, repeatMac } from "./contact-slot.ts";
import { readContacts } from "./contacts.ts";
import { callerOf, decideCheck } from "./decision.ts";
import { lockStates, readHeads } from "./ledger-read.ts";
import { shardOf } from "./shard.ts";
import { unsubscribeHeaders, unsubscribeToken } from "./unsubscribe-token.ts";
import { malformed } from "./wish.ts";

type Input = InputOf<typeof reserveContactRoute>;

/** Throws Problem `wrong_cell`; `malformed` for a purpose that is no marketing; `idempotency_key_reused`. */
export const reserveContact =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { body: question, idempotencyKey }: Input): Promise<ReplyOf<typeof reserveContactRoute>> => {
    refuseAllForeign([foreignCell(consent.cell, question.subject)]);
    refuseOtherPurposes(consent.policies, question.purpose);
    const { campaign, ...check } = question;
    const heads = await readHeads(tx, [shardOf(question.subject)]);
    // From here on nobody else can take a slot of this person or stop them, until this transaction ends.
    const states = await lockStates(tx, [question.subject]);
    const at = consent.clock.now();
    const mac = idempotencyKey === undefined ? null : repeatMac(consent.ledger.commitmentKey, actor.client, idempotencyKey);
    const taken = mac === null || !states.has(question.subject) ? undefined : await slotTaken(tx, question, mac, at);
    const contacts = await readContacts(tx, consent.policies, [question.subject], at, taken?.contact);
    const decision = decideCheck(consent, { heads, states, contacts, readAtMs: performance.now() }, callerOf(actor), check, at);
    if (!decision.allowed) return { status: 200, body: { reserved: false, decision } };
    const contact = taken?.contact ?? newId(consent.clock);
    if (taken === undefined) await insertContact(tx, { ...question, contact, campaign: campaign ?? null, client: actor.client, at, mac });
    const link = { ...question, subject: SubjectId.parse(question.subject) };
    const url = `${consent.portalUrl}/u/${unsubscribeToken(consent.ledger.commitmentKey, consent.cell, contact, link)}`;
    return { status: 201, body: { reserved: true, contact, decision, unsubscribe: { url, headers: unsubscribeHeaders(url) } } };
  };

/** A purpose that nobody knows is denied with its own code; one that is no marketing has no slots to take. */
function refuseOtherPurposes({ purposes, marketing }: PolicySet, purpose: string): void {
  if (purposes.has(purpose) && !marketing.has(purpose))
    throw malformed("/purpose", `contacts are reserved for marketing only: ${[...marketing].join(", ")}`);
}

/** The slot that an earlier request took with this key. */
async function slotTaken(tx: Tx, question: Input["body"], mac: string, at: Date): Promise<Contact | undefined> {
  await releaseKeys(tx, question.subject, mac, at);
  const taken = await contactOf(tx, question.subject, mac);
  const same =
    taken === undefined ||
    (taken.purpose === question.purpose && taken.channel === question.channel && taken.campaign === (question.campaign ?? null));
  if (!same) throw new Problem("idempotency_key_reused");
  return taken;
}
