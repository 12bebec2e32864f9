/** Recomputes a hash chain and holds it against its heads and its signed checkpoints. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Chain } from "./audit-chains.ts";
import { readCheckpoints, type Checkpoint, type CheckpointPlace } from "./audit-checkpoint.ts";
import type { Finding } from "./audit-finding.ts";
import { walkShard, type Expected } from "./audit-walk.ts";
import type { Database, Tx } from "./database.ts";
import { qualified } from "./sql-names.ts";

export type Verification = { table: string; rows: number; shards: number; checkpoints: number; findings: Finding[] };

const findingsMax = 1_000;
const ShardRows = z.array(z.object({ shard: z.number() }));

/** Each shard is read in a snapshot of its own, so writers go on meanwhile. At most 1,000 findings are listed. */
export async function verifyChain(database: Database, chain: Chain, place: CheckpointPlace): Promise<Verification> {
  const reads = await readCheckpoints(place);
  const checkpoints = reads.flatMap((read) => (read.checkpoint ? [read.checkpoint] : []));
  const findings: Finding[] = reads.flatMap(({ file, fault }) =>
    fault === undefined
      ? []
      : [{ table: chain.table, shard: null, position: null, kind: "checkpoint_forged", detail: `${file}: ${fault}` }],
  );
  // Files that were forged are told as such.
  if (reads.length === 0)
    findings.push({
      table: chain.table,
      shard: null,
      position: null,
      kind: "no_checkpoint",
      detail: "nothing outside the database vouches for it",
    });
  const expected = expectedByShard(checkpoints);
  const shards = await database.transact((tx) => shardsOf(tx, chain, [...expected.keys()]), { readOnly: true });
  let rows = 0;
  for (const shard of shards) {
    const walk = await database.transact((tx) => walkShard(tx, chain, shard, expected.get(shard) ?? new Map()), {
      isolation: "repeatable read",
      readOnly: true,
    });
    rows += walk.rows;
    findings.push(...walk.findings);
    if (findings.length >= findingsMax) break;
  }
  return { table: chain.table, rows, shards: shards.length, checkpoints: checkpoints.length, findings: findings.slice(0, findingsMax) };
}

/** Shard → position → hash in hex that the oldest checkpoint saw there. */
function expectedByShard(checkpoints: readonly Checkpoint[]): Map<number, Expected> {
  const byShard = new Map<number, Map<number, string>>();
  for (const { heads } of checkpoints) {
    for (const [shard, position, hash] of heads) {
      const positions = byShard.get(shard) ?? new Map<number, string>();
      // The oldest word counts: a checkpoint made after a forgery must not cover it.
      if (!positions.has(position)) positions.set(position, hash);
      byShard.set(shard, positions);
    }
  }
  return byShard;
}

async function shardsOf(tx: Tx, chain: Chain, checkpointed: readonly number[]): Promise<number[]> {
  const rows = await tx.execute(
    sql`select shard::int as shard from ${qualified(chain.heads)} union select shard::int from ${qualified(chain.table)}`,
  );
  const known = ShardRows.parse([...rows]).map((row) => row.shard);
  return [...new Set([...known, ...checkpointed])].toSorted((one, other) => one - other);
}
