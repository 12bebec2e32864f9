/** Every hash chain of one cell's database, verified or checkpointed. */
import type { Cell } from "@behest/contracts/ids";
import type { JWK } from "jose";
import { findChains } from "./audit-chains.ts";
import { checkpointedTables, writeCheckpoint, type Checkpoint } from "./audit-checkpoint.ts";
import { verifyChain, type Verification } from "./audit-verify.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./database.ts";

export type CellAudit = { database: Database; cell: Cell; directory: string; key: JWK };

/** One result for each chain in the database, and for each that only the checkpoints still know. */
export async function verifyCell({ database, cell, directory, key }: CellAudit): Promise<Verification[]> {
  const chains = await database.transact(findChains, { readOnly: true });
  const results: Verification[] = [];
  for (const chain of chains) results.push(await verifyChain(database, chain, { directory, key, cell, table: chain.table }));
  const present = new Set(chains.map((chain) => chain.table));
  for (const table of await checkpointedTables(directory)) {
    if (present.has(table)) continue;
    const detail = "has checkpoints but is no chained table of this database, or may not be read";
    results.push({
      table,
      rows: 0,
      shards: 0,
      checkpoints: 0,
      findings: [{ table, shard: null, position: null, kind: "chain_missing", detail }],
    });
  }
  return results;
}

/** A new checkpoint of every chain that this database role may read. */
export async function checkpointCell({ database, clock, ...place }: CellAudit & { clock: Clock }): Promise<Checkpoint[]> {
  const chains = await database.transact(findChains, { readOnly: true });
  const written: Checkpoint[] = [];
  for (const { table, heads } of chains) written.push(await writeCheckpoint({ ...place, table, heads, database, clock }));
  return written;
}
