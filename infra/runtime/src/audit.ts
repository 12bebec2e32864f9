/**
 * Hash chains: append-only tables in which every row carries the hash of the row before it on its shard.
 * A chained table has `shard smallint`, `position bigint`, its content, `previous_hash bytea`, `hash bytea`; its heads table has
 * `shard`, `head bigint`, `hash bytea` with one row for each shard; and its comment names the heads table: `chained by shard_head`.
 */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { contentOf, type ChainContent } from "./audit-content.ts";
import { hashOfContent } from "./audit-hash.ts";
import type { Tx } from "./database.ts";
import { qualified } from "./sql-names.ts";

/** `position`: where the next row goes, from 1 without gaps. */
export type LockedHead = { position: number; previousHash: Buffer };

const HeadRows = z.array(z.object({ head: z.coerce.number().int().min(1), hash: z.instanceof(Uint8Array) })).length(1);

/**
 * Takes the next position of a shard and holds the shard until the transaction ends, so positions are gap-free and in commit order.
 * `heads`: `schema.table`. Throws when the shard has no heads row.
 */
export async function lockHead(tx: Tx, heads: string, shard: number): Promise<LockedHead> {
  const found = await tx.execute(sql`update ${qualified(heads)} set head = head + 1 where shard = ${shard} returning head, hash`);
  const rows = HeadRows.safeParse([...found]);
  const [row] = rows.data ?? [];
  if (!row) throw new Error(`${heads} has no usable row for shard ${shard}`, { cause: rows.error });
  return { position: row.head, previousHash: Buffer.from(row.hash) };
}

/** Writes the hash of the row just appended into the head that this transaction locked. */
export async function sealHead(tx: Tx, heads: string, shard: number, hash: Buffer): Promise<void> {
  await tx.execute(sql`update ${qualified(heads)} set hash = ${hash} where shard = ${shard}`);
}

/**
 * Hash of a row about to be written. `content`: every column of the row by its column name, but for `previous_hash` and `hash`.
 * Null and absent columns are left out, so a column added later leaves old hashes true.
 */
export function chainHash(previousHash: Uint8Array, content: ChainContent): Buffer {
  return hashOfContent(Buffer.from(previousHash).toString("hex"), contentOf(content));
}
