/** The trace of every look at a person's data: one row on the person's shard of the hash chain. */
import { createHash } from "node:crypto";
import type { Reason } from "@behest/contracts/decision";
import type { SubjectId } from "@behest/contracts/ids";
import type { Actor } from "@behest/runtime/actor";
import { chainHash, lockHead, sealHead } from "@behest/runtime/audit";
import type { Tx } from "@behest/runtime/database";
import { newId } from "@behest/runtime/id";
import type { Door } from "./door.ts";
import { accessEvent } from "./schema.ts";

export type Look = {
  actor: Pick<Actor, "kind" | "client" | "staff">;
  subject: SubjectId;
  purpose: string;
  usedIn: string | undefined;
  allowed: boolean;
  /** Categories that were handed out; none when refused. */
  categories: string[];
  reasons: readonly Reason[];
  /** Of the consent state that was decided on; null where none was needed. */
  revision: string | null;
};

const heads = "records.access_head";

/** Returns the id of the access event. */
export async function recordAccess(
  tx: Tx,
  door: Door,
  { actor, subject, purpose, usedIn, allowed, categories, reasons, revision }: Look,
): Promise<string> {
  const shard = shardOf(subject);
  const { position, previousHash } = await lockHead(tx, heads, shard);
  const id = newId(door.clock);
  const at = door.clock.now();
  const staff = actor.staff?.id ?? null;
  const shared = {
    shard,
    position,
    id,
    subject,
    at,
    client: actor.client,
    staff,
    purpose,
    allowed,
    categories,
    revision,
    policy: door.policies.hash,
  };
  const hash = chainHash(previousHash, {
    ...shared,
    actor_kind: actor.kind,
    used_in: usedIn,
    reasons: reasons.map((reason) => ({ ...reason })),
  });
  await tx.insert(accessEvent).values({ ...shared, actorKind: actor.kind, usedIn: usedIn ?? null, reasons, previousHash, hash });
  await sealHead(tx, heads, shard, hash);
  return id;
}

/** First byte of the SHA-256 of the subject id, as in the ledger: spreads the writes over 256 chains. */
export const shardOf = (subject: SubjectId): number => createHash("sha256").update(subject).digest().readUInt8(0);
