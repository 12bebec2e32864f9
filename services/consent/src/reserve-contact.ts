/** POST /v1/contacts: decides and takes one of the person's contact slots, in one step. Of two callers racing for the last, one gets it. */
import type { reserveContact as reserveContactRoute } from "@behest/contracts/consent";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { newId } from "@behest/runtime/id";
import type { ConsentCell } from "./cell.ts";
import { foreignCell, refuseAllForeign } from "./check-uses.ts";
import { readContacts } from "./contacts.ts";
import { callerOf, decideCheck } from "./decision.ts";
import { lockStates, readHeads } from "./ledger-read.ts";
import { contactEvent, unsubscribeLink } from "./schema.ts";
import { shardOf } from "./shard.ts";
import { hashOfToken, newUnsubscribeToken, unsubscribeHeaders } from "./unsubscribe-token.ts";

type Question = InputOf<typeof reserveContactRoute>["body"];

/** Throws Problem `wrong_cell`. */
export const reserveContact =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { body: question }: { body: Question }): Promise<ReplyOf<typeof reserveContactRoute>> => {
    refuseAllForeign([foreignCell(consent.cell, question.subject)]);
    const { campaign, ...check } = question;
    const heads = await readHeads(tx, [shardOf(question.subject)]);
    // From here on nobody else can take a slot of this person or stop them, until this transaction ends.
    const states = await lockStates(tx, [question.subject]);
    const at = consent.clock.now();
    const contacts = await readContacts(tx, consent.policies, [question.subject], at);
    const decision = decideCheck(consent, { heads, states, contacts, readAtMs: performance.now() }, callerOf(actor), check, at);
    if (!decision.allowed) return { status: 200, body: { reserved: false, decision } };
    const contact = await takeSlot(tx, consent, actor, question, campaign, at);
    const url = `${consent.portalUrl}/u/${await newLink(tx, question, at)}`;
    return { status: 201, body: { reserved: true, contact, decision, unsubscribe: { url, headers: unsubscribeHeaders(url) } } };
  };

async function takeSlot(
  tx: Tx,
  consent: ConsentCell,
  actor: Actor,
  { subject, purpose, channel }: Question,
  campaign: string | undefined,
  at: Date,
): Promise<string> {
  const contact = newId(consent.clock);
  await tx
    .insert(contactEvent)
    .values({ shard: shardOf(subject), contact, subject, purpose, channel, client: actor.client, campaign: campaign ?? null, at });
  return contact;
}

/** The token, which only the message will know. */
async function newLink(tx: Tx, { subject, purpose, channel }: Question, at: Date): Promise<string> {
  const token = newUnsubscribeToken();
  await tx
    .insert(unsubscribeLink)
    .values({ tokenHash: hashOfToken(token), shard: shardOf(subject), subject, purpose, channel, createdAt: at });
  return token;
}
