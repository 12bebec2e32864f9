/** Walks one shard of a hash chain from its first row to its head. */
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Chain } from "./audit-chains.ts";
import { contentRead, readList } from "./audit-content.ts";
import type { Finding, FindingKind } from "./audit-finding.ts";
import { genesisHash, hashOfContent } from "./audit-hash.ts";
import type { Tx } from "./database.ts";
import { qualified } from "./sql-names.ts";

/** Position → hash in hex that a checkpoint saw there. */
export type Expected = ReadonlyMap<number, string>;

const batchRowsMax = 2_000;
const Rows = z.array(z.record(z.string(), z.string().nullable()));
const HeadRows = z.array(z.object({ head: z.string(), hash: z.string() }));

type Walk = {
  position: number;
  hash: string;
  rows: number;
  findings: Finding[];
  report: (position: number, kind: FindingKind, detail: string) => void;
};

export async function walkShard(tx: Tx, chain: Chain, shard: number, expected: Expected): Promise<{ rows: number; findings: Finding[] }> {
  const findings: Finding[] = [];
  const report: Walk["report"] = (position, kind, detail) => findings.push({ table: chain.table, shard, position, kind, detail });
  const walk: Walk = { position: 0, hash: genesisHash.toString("hex"), rows: 0, findings, report };
  let after: string | undefined;
  for (;;) {
    const rows = Rows.parse([...(await tx.execute(batch(chain, shard, after)))]);
    for (const row of rows) visit(walk, chain, row, expected);
    after = rows.at(-1)?.["position"] ?? undefined;
    if (rows.length < batchRowsMax || after === undefined) break;
  }
  compareHead(walk, await headOf(tx, chain, shard), expected);
  for (const position of expected.keys()) {
    if (position <= walk.position) continue;
    report(walk.position + 1, "tail_cut", `a checkpoint has seen position ${position}`);
    break;
  }
  return { rows: walk.rows, findings };
}

function visit(walk: Walk, chain: Chain, row: Readonly<Record<string, string | null>>, expected: Expected): void {
  const position = Number(row["position"]);
  const [before, hash] = [row["previous_hash"] ?? "", row["hash"] ?? ""];
  walk.rows += 1;
  if (position <= walk.position) walk.report(position, "row_inserted", `stands behind position ${walk.position}`);
  if (position > walk.position + 1) walk.report(walk.position + 1, "row_missing", `the next row is ${position}`);
  if (before !== walk.hash) walk.report(position, "link_broken", "its previous hash is not the hash of the row before");
  if (hashOfContent(before, contentRead(chain.columns, row)).toString("hex") !== hash)
    walk.report(position, "row_altered", "its hash is not that of its columns");
  const seen = expected.get(position);
  if (seen !== undefined && seen !== hash) walk.report(position, "history_rewritten", "a checkpoint has seen another hash here");
  walk.position = Math.max(walk.position, position);
  walk.hash = hash;
}

function compareHead(walk: Walk, head: { head: string; hash: string } | undefined, expected: Expected): void {
  if (!head) {
    if (walk.rows > 0 || expected.size > 0) walk.report(walk.position, "head_missing", "the heads table has no row for this shard");
  } else if (head.head !== String(walk.position)) {
    walk.report(walk.position, "head_differs", `the head is ${head.head}, the last row ${walk.position}`);
  } else if (head.hash !== walk.hash) {
    walk.report(walk.position, "head_differs", "the head's hash is not that of the last row");
  }
}

function batch(chain: Chain, shard: number, after: string | undefined): SQL {
  const behind = after === undefined ? sql`` : sql`and position > ${after}::bigint`;
  return sql`
    select ${readList(chain.columns)}, encode(previous_hash, 'hex') as previous_hash, encode(hash, 'hex') as hash
    from ${qualified(chain.table)} as chained where shard = ${shard} ${behind} order by chained.position limit ${batchRowsMax}`;
}

async function headOf(tx: Tx, chain: Chain, shard: number): Promise<{ head: string; hash: string } | undefined> {
  const rows = await tx.execute(
    sql`select head::text as head, encode(hash, 'hex') as hash from ${qualified(chain.heads)} where shard = ${shard}`,
  );
  return HeadRows.parse([...rows])[0];
}
