/** A chained table with a column of every type that a chain can hold, for the audit tests: `consent.proof` with its heads. */
import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import { z } from "zod";
import { chainHash, lockHead, sealHead } from "../audit.ts";
import type { ChainContent } from "../audit-content.ts";
import { genesisHash } from "../audit-hash.ts";
import type { Database } from "../database.ts";

export const proofTable = "consent.proof";
export const proofHeads = "consent.proof_head";

export async function createProofTable(owner: Sql, shards: number): Promise<void> {
  await owner.unsafe(`
    create type consent.proof_kind as enum ('granted', 'withdrawn');
    create table consent.proof_head (shard smallint primary key, head bigint not null, hash bytea not null);
    create table consent.proof (
      shard smallint, position bigint, id uuid not null, subject text, kind consent.proof_kind, at timestamptz, day date, sure boolean, weight float8, amount numeric,
      tags text[], body jsonb, commitment bytea, note text, previous_hash bytea not null, hash bytea not null, primary key (shard, position)
    );
    comment on table consent.proof is 'chained by proof_head';
    grant select, insert on consent.proof to public;
    grant select, update on consent.proof_head to public`);
  for (let shard = 0; shard < shards; shard += 1) await owner`insert into consent.proof_head values (${shard}, 0, ${genesisHash})`;
}

/** One row, appended as a service does it. */
export async function appendProof(database: Database, shard: number, id: string, note: string | null): Promise<number> {
  return database.transact(async (tx) => {
    const { position, previousHash } = await lockHead(tx, proofHeads, shard);
    const [at, tags, body, commitment] = [
      new Date("2026-03-01T10:00:00.123Z"),
      ["a", "b c"],
      { z: 1, a: [true, null, 0.1], ü: "é" },
      Buffer.from("salted"),
    ];
    const content: ChainContent = {
      shard,
      position,
      id,
      subject: "eu_1",
      kind: "granted",
      at,
      day: "2026-03-01",
      sure: true,
      weight: 0.1,
      amount: "1.50",
      tags,
      body,
      commitment,
      note,
    };
    const hash = chainHash(previousHash, content);
    await tx.execute(sql`
      insert into consent.proof values (${shard}, ${position}, ${id}, 'eu_1', 'granted', ${at.toISOString()}, '2026-03-01', true, 0.1, 1.50,
        array['a', 'b c'], ${JSON.stringify(body)}::jsonb, ${commitment}, ${note}, ${previousHash}, ${hash})`);
    await sealHead(tx, proofHeads, shard, hash);
    return position;
  });
}

const Rows = z.array(z.object({ position: z.coerce.number(), id: z.string(), note: z.string().nullable() }));

/** What somebody with every right in the database would do: changes the notes from a position on and recomputes all hashes and the head. */
export async function rewriteFrom(owner: Sql, database: Database, shard: number, from: number): Promise<void> {
  const rows = Rows.parse([
    ...(await owner`select position, id, note from consent.proof where shard = ${shard} and position >= ${from} order by position`),
  ]);
  const [before] = await owner`select hash from consent.proof where shard = ${shard} and position = ${from - 1}`;
  await owner`delete from consent.proof where shard = ${shard} and position >= ${from}`;
  await owner`update consent.proof_head set head = ${from - 1}, hash = ${before?.["hash"] ?? genesisHash} where shard = ${shard}`;
  for (const row of rows) await appendProof(database, shard, row.id, `${row.note ?? ""} rewritten`);
}
