/** One ledger line for each use in another country that the transfer gate let through: a chain of its own on the person's shard. */
import type { SubjectId } from "@behest/contracts/ids";
import type { Question, Verdict } from "@behest/policies/state";
import type { Actor } from "@behest/runtime/actor";
import { chainHash, lockHead, sealHead } from "@behest/runtime/audit";
import type { Tx } from "@behest/runtime/database";
import { newId } from "@behest/runtime/id";
import type { Door } from "./door.ts";
import { shardOf } from "./record-access.ts";
import { transferEvent } from "./schema.ts";

type Transfer = { actor: Actor; access: string; subject: SubjectId; question: Question; verdict: Verdict; categories: string[] };

const heads = "records.transfer_head";

/** Writes nothing for a refusal or a use at home. GDPR Art. 30(1)(e); PIPL Art. 56: transfers are recorded. */
export async function recordTransfer(tx: Tx, door: Door, transfer: Transfer): Promise<void> {
  if (!transfer.verdict.allowed) return;
  for (const obligation of transfer.verdict.obligations)
    if (obligation.kind === "transfer-ledger") await appendTransfer(tx, door, transfer, obligation);
}

async function appendTransfer(
  tx: Tx,
  door: Door,
  transfer: Transfer,
  { mechanism = "", citation = "" }: Verdict["obligations"][number],
): Promise<void> {
  const { actor, access, subject, question, verdict, categories } = transfer;
  const shard = shardOf(subject);
  const { position, previousHash } = await lockHead(tx, heads, shard);
  const shared = {
    shard,
    position,
    id: newId(door.clock),
    access,
    subject,
    at: question.at,
    purpose: question.purpose,
    client: actor.client,
    categories,
    mechanism,
    citation,
    policy: verdict.policy,
  };
  const toCountry = question.usedIn ?? "";
  const hash = chainHash(previousHash, { ...shared, from_cell: door.cell, to_country: toCountry });
  await tx.insert(transferEvent).values({ ...shared, fromCell: door.cell, toCountry, previousHash, hash });
  await sealHead(tx, heads, shard, hash);
}
