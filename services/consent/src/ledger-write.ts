/** Writes of the ledger's tables, each one statement for any number of rows. */
import type { Tx } from "@behest/runtime/database";
import { getTableColumns, sql } from "drizzle-orm";
import type { EventHalves } from "./event-row.ts";
import type { FoldedState } from "./fold.ts";
import { among } from "./ledger-read.ts";
import { shardHead, subjectEvent, subjectKey, subjectState } from "./schema.ts";
import type { SubjectKey } from "./sealed.ts";
import { shardOf } from "./shard.ts";

export type EventContent = EventHalves & {
  shard: number;
  position: number;
  epoch: number;
  eventId: string;
  subject: string;
  version: number;
  at: Date;
};
export type NewEvent = EventContent & { previousHash: Buffer; hash: Buffer };

/** `head + n`, not a value: should anybody ever have written without the lock, the positions would collide and nothing be committed. */
export async function moveHeads(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  const moves = new Map<number, { shard: number; added: number; hash: string }>();
  for (const event of events)
    moves.set(event.shard, { shard: event.shard, added: (moves.get(event.shard)?.added ?? 0) + 1, hash: event.hash.toString("hex") });
  await tx.execute(sql`
    update ${shardHead} as head set head = head.head + move.added, hash = decode(move.hash, 'hex')
    from jsonb_to_recordset(${JSON.stringify([...moves.values()])}::jsonb) as move(shard smallint, added bigint, hash text)
    where head.shard = move.shard
    returning head.head`);
}

export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  await tx.insert(subjectEvent).values([...events]);
}

export async function saveStates(
  tx: Tx,
  states: ReadonlyMap<string, { state: FoldedState | null; version: number; position: number }>,
): Promise<void> {
  const rows = [...states].flatMap(([subject, { state, version, position }]) =>
    state === null ? [] : [{ ...state, countries: [...state.countries], shard: shardOf(subject), subject, version, position }],
  );
  await tx
    .insert(subjectState)
    .values(rows)
    .onConflictDoUpdate({
      target: [subjectState.shard, subjectState.subject],
      set: updatedState,
    });
}

/** Every column but the key. By drizzle's names: it ignores a name that it does not know. */
const updatedState = Object.fromEntries(
  Object.entries(getTableColumns(subjectState))
    .filter(([name]) => name !== "shard" && name !== "subject")
    .map(([name, column]) => [name, sql`excluded.${sql.identifier(column.name)}`]),
);

export async function insertKeys(tx: Tx, keys: ReadonlyMap<string, SubjectKey>, at: Date): Promise<void> {
  if (keys.size === 0) return;
  await tx.insert(subjectKey).values([...keys].map(([subject, key]) => ({ shard: shardOf(subject), subject, ...key, createdAt: at })));
}

/** What was sealed or committed to under these keys has no meaning from here on (GDPR Art. 17). */
export async function destroyKeys(tx: Tx, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  await tx.delete(subjectKey).where(among(subjectKey.shard, subjectKey.subject, subjects));
}
