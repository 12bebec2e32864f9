/** Fills each cell with its demo people, once: somebody who was erased since does not come back. */
import { cells, type Cell } from "@behest/contracts/ids";
import type { Clock } from "@behest/runtime/clock";
import { newId } from "@behest/runtime/id";
import type { TransactionSql } from "postgres";
import { openCellStore, type CellStore } from "./cell-store.ts";
import { demoPeople } from "./demo-people.ts";
import { demoRows } from "./demo-rows.ts";

// Each after those that it refers to.
const tables = [
  "account",
  "contact",
  "sales_order",
  "order_line",
  "invoice",
  "ticket",
  "interaction",
  "lead",
  "opportunity",
  "score",
  "tier",
] as const;
const digest = "demo";

/** Answers how many people were added; 0 when all cells had theirs. */
export async function seedDemo(databases: ReadonlyMap<Cell, string>, clock: Clock): Promise<number> {
  let people = 0;
  for (const cell of cells) {
    const url = databases.get(cell);
    if (url === undefined) continue;
    const store = await openCellStore(cell, url);
    try {
      people += await seedCell(store, clock);
    } finally {
      await store.close();
    }
  }
  return people;
}

async function seedCell({ cell, sql }: CellStore, clock: Clock): Promise<number> {
  return await sql.begin(async (tx) => {
    const [before] = await tx`select 1 from crm.import_run where file_digest = ${digest} and status = 'done'`;
    if (before) return 0;
    const now = clock.now();
    let people = 0;
    let lines = 0;
    for (const [index, person] of demoPeople.entries()) {
      if (person.cell !== cell) continue;
      const rows = demoRows(person, index, now);
      for (const table of tables) if (rows[table].length > 0) await tx`insert into ${tx(`crm.${table}`)} ${tx(rows[table])}`;
      people += 1;
      lines += rows.order_line.length;
    }
    await noteSeeded(tx, newId(clock), now, lines);
    return people;
  });
}

async function noteSeeded(tx: TransactionSql, id: string, at: Date, lines: number): Promise<void> {
  await tx`insert into crm.import_run (id, file, file_digest, mapping, mapping_digest, status, lines_read, lines_stored, started_at, ended_at)
           values (${id}, 'demo people', ${digest}, 'demo', ${digest}, 'done', ${lines}, ${lines}, ${at}, ${at})`;
}
