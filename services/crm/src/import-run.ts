/** An import's record in one cell: begun or taken up again, staged, and ended, each in one transaction. */
import type { TransactionSql } from "postgres";
import type { CellStore } from "./cell-store.ts";

export type RunOf = { id: string; file: string; fileDigest: string; mapping: string; mappingDigest: string; at: Date };
/** `done`: this cell had ended before another was killed. `staged`: its lines are in the staging table. `nextOrder`: orders below are merged. */
export type Run = { id: string; resumed: boolean; done: boolean; staged: boolean; nextOrder: number };
export type Rejected = { lineNumber: number; reason: string };
/** What the second pass found for one cell: lines read, lines staged, lines rejected. */
export type Staged = { read: number; staged: number; rejected: Rejected[] };
export type RunCounts = { contacts: number; orders: number; lines: number };

/** The id of an import of the same file by the same mapping that was killed in this cell. */
export async function killedRun(
  { sql }: CellStore,
  { fileDigest, mappingDigest }: Pick<RunOf, "fileDigest" | "mappingDigest">,
): Promise<string | undefined> {
  const [row] = await sql<
    { id: string }[]
  >`select id from crm.import_run where status = 'running' and file_digest = ${fileDigest} and mapping_digest = ${mappingDigest}`;
  return row?.id;
}

/** Takes the run up where it was killed, else begins it; what another file's killed run left staged is thrown away. */
export async function beginRun({ sql }: CellStore, run: RunOf): Promise<Run> {
  return await sql.begin(async (tx) => {
    const found = await takeUp(tx, run.id);
    if (found) return found;
    await tx`update crm.import_run set status = 'failed', ended_at = ${run.at} where status = 'running'`;
    await tx`truncate crm.import_stage`;
    await tx`insert into crm.import_run (id, file, file_digest, mapping, mapping_digest, status, started_at)
             values (${run.id}, ${run.file}, ${run.fileDigest}, ${run.mapping}, ${run.mappingDigest}, 'running', ${run.at})`;
    await tx`insert into crm.import_progress (run_id) values (${run.id})`;
    return { id: run.id, resumed: false, done: false, staged: false, nextOrder: 0 };
  });
}

async function takeUp(tx: TransactionSql, id: string): Promise<Run | undefined> {
  const [found] = await tx<{ status: string; staged_lines: number | null; next_order: number }[]>`
    select r.status, p.staged_lines, p.next_order from crm.import_run r join crm.import_progress p on p.run_id = r.id where r.id = ${id}`;
  if (!found) return undefined;
  if (found.status === "done") return { id, resumed: true, done: true, staged: true, nextOrder: found.next_order };
  // The staging table does not survive a crash of the server.
  const [stage] = await tx<{ lines: number }[]>`select count(*)::int as lines from crm.import_stage`;
  const staged = found.staged_lines !== null && found.staged_lines === stage?.lines;
  if (!staged) await tx`truncate crm.import_stage`;
  return { id, resumed: true, done: false, staged, nextOrder: found.next_order };
}

/** Everything of this cell is staged: only from here on is anything merged. */
export async function markStaged({ sql }: CellStore, run: Run, { read, staged, rejected }: Staged): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from crm.import_reject where run_id = ${run.id}`;
    await tx`insert into crm.import_reject (run_id, line_number, reason)
             select ${run.id}, * from unnest(${rejected.map((line) => line.lineNumber)}::integer[], ${rejected.map((line) => line.reason)}::text[])`;
    await tx`update crm.import_run set lines_read = ${read}, rejected = ${rejected.length} where id = ${run.id}`;
    await tx`update crm.import_progress set staged_lines = ${staged} where run_id = ${run.id}`;
  });
}

/** Gives a run up that has merged nothing. */
export async function failRun({ sql }: CellStore, run: Run, at: Date): Promise<void> {
  await sql`update crm.import_run set status = 'failed', ended_at = ${at} where id = ${run.id}`;
}

/** Ends the run, unless it has ended before, and answers what it has stored, counted over all its lives. */
export async function endRun({ sql }: CellStore, run: Run, at: Date): Promise<RunCounts> {
  return await sql.begin(async (tx) => {
    const [counts] = await tx<
      RunCounts[]
    >`select contacts_new as contacts, orders_new as orders, lines_new as lines from crm.import_progress where run_id = ${run.id}`;
    const { contacts, orders, lines } = counts ?? { contacts: 0, orders: 0, lines: 0 };
    await tx`update crm.import_run set status = 'done', ended_at = ${at}, lines_stored = ${lines} where id = ${run.id} and status = 'running'`;
    if (!run.done) await tx`truncate crm.import_stage`;
    return { contacts, orders, lines };
  });
}

/** By line number. */
export async function rejectedIn({ sql }: CellStore, run: Run): Promise<Rejected[]> {
  return await sql<
    Rejected[]
  >`select line_number as "lineNumber", reason from crm.import_reject where run_id = ${run.id} order by line_number`;
}
