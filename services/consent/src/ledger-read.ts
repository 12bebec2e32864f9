/** Reads of the ledger's tables. */
import { SubjectId } from "@behest/contracts/ids";
import type { Tx } from "@behest/runtime/database";
import { asc, getTableColumns, max, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { FoldedState } from "./fold.ts";
import { epoch, shardHead, subjectKey, subjectState } from "./schema.ts";
import type { SubjectKey } from "./sealed.ts";
import { shardOf } from "./shard.ts";

export type Head = { shard: number; head: number; hash: Buffer; epoch: number };
export type StoredState = { state: FoldedState; version: number; position: number };

/** Locks and reads the heads of the shards of these subjects, in ascending order. By shard. */
export async function lockHeads(tx: Tx, subjects: readonly string[]): Promise<Map<number, Head>> {
  const rows = await tx
    .select()
    .from(shardHead)
    .where(oneOf(subjects.map(shardOf)))
    .orderBy(asc(shardHead.shard))
    .for("update");
  // Behind the locks: whoever was waited for may have begun an epoch.
  const current = await currentEpoch(tx);
  return new Map(rows.map((row) => [row.shard, { ...row, epoch: current }]));
}

/** Heads of these shards, without locking. By shard. */
export async function readHeads(tx: Tx, shards: readonly number[]): Promise<Map<number, Head>> {
  const rows = await tx
    .select({ ...getTableColumns(shardHead), epoch: sql`(select max(${epoch.epoch}) from ${epoch})`.mapWith(epoch.epoch) })
    .from(shardHead)
    .where(oneOf(shards));
  return new Map(rows.map((row) => [row.shard, row]));
}

const oneOf = (shards: readonly number[]): SQL =>
  sql`${shardHead.shard} in (select value::smallint from jsonb_array_elements_text(${JSON.stringify([...new Set(shards)])}::jsonb))`;

export async function currentEpoch(tx: Tx): Promise<number> {
  const [row] = await tx.select({ epoch: max(epoch.epoch) }).from(epoch);
  if (typeof row?.epoch !== "number") throw new Error("the database has no epoch: it was not migrated");
  return row.epoch;
}

/** One query, however many subjects. Those without a state are absent. */
export async function readStates(tx: Tx, subjects: readonly string[]): Promise<Map<string, StoredState>> {
  const rows = await tx
    .select()
    .from(subjectState)
    .where(among(subjectState.shard, subjectState.subject, subjects));
  return new Map(rows.map((row) => [row.subject, { state: stateOf(row), version: row.version, position: row.position }]));
}

/** As `readStates`, and nobody else can change these people's state until the transaction ends. */
export async function lockStates(tx: Tx, subjects: readonly string[]): Promise<Map<string, StoredState>> {
  const rows = await tx
    .select()
    .from(subjectState)
    .where(among(subjectState.shard, subjectState.subject, subjects))
    .for("update");
  return new Map(rows.map((row) => [row.subject, { state: stateOf(row), version: row.version, position: row.position }]));
}

export async function readSubjectKeys(tx: Tx, subjects: readonly string[]): Promise<Map<string, SubjectKey>> {
  const rows = await tx
    .select()
    .from(subjectKey)
    .where(among(subjectKey.shard, subjectKey.subject, subjects));
  return new Map(rows.map((row) => [row.subject, { salt: row.salt, key: row.key }]));
}

/**
 * Rows of these subjects, by the primary key (shard first). One parameter for all, so a batch of 10,000 is one short statement. What is no
 * subject id has no row and is left out: text that PostgreSQL can't hold would be a fault of the whole statement.
 */
export function among(shard: PgColumn, subject: PgColumn, subjects: readonly string[]): SQL {
  const ids = subjects.filter((id) => SubjectId.safeParse(id).success);
  const keys = JSON.stringify(ids.map((id) => ({ shard: shardOf(id), subject: id })));
  return sql`(${shard}, ${subject}) in (select asked.shard, asked.subject from jsonb_to_recordset(${keys}::jsonb) as asked(shard smallint, subject text))`;
}

function stateOf(row: typeof subjectState.$inferSelect): FoldedState {
  const { status, restricted, countries, subdivision, timeZone, birthYear, consents, objections, contactPoints, evidence } = row;
  return { status, restricted, countries, subdivision, timeZone, birthYear, consents, objections, contactPoints, evidence };
}
