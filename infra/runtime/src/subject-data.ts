/**
 * What a service's own tables hold about a person: counted, exported and erased by the keys of the data map, and searched for by another path.
 * Four internal routes over a plain map, the same for every service; `records` conducts them.
 */
import { countSubjectData, eraseSubjectData, exportSubjectData, rescanSubjectData } from "@behest/contracts/internal";
import type { SubjectId } from "@behest/contracts/ids";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Tx } from "./database.ts";
import { bind, type ServiceApp } from "./http.ts";
import { qualified } from "./sql-names.ts";
import { eraseMapped } from "./subject-data-erase.ts";
import type { MappedTable, SubjectDataMap } from "./subject-data-map.ts";
import { rescanSchema } from "./subject-data-rescan.ts";
import { aboutSubject, tablesAboutSubjects } from "./subject-data-where.ts";

export type TableCount = { table: string; rows: number };
export type TableRows = { table: string; rows: Array<Record<string, unknown>> };

/** Binds the four routes of contracts/internal. Throws when the map names a link that leads nowhere. */
export function bindSubjectData(app: ServiceApp, map: SubjectDataMap): void {
  const tables = tablesAboutSubjects(map);
  const counts = (subject: SubjectId, rows: TableCount[]) => ({ status: 200, body: { subject, tables: rows } }) as const;
  bind(app, countSubjectData, async (tx, _actor, { body: { subject } }) => counts(subject, await countMapped(tx, map, tables, subject)));
  bind(app, exportSubjectData, async (tx, _actor, { body: { subject } }) => ({
    status: 200,
    body: { subject, tables: await exportMapped(tx, map, tables, subject) },
  }));
  bind(app, eraseSubjectData, async (tx, _actor, { body: { subject } }) => counts(subject, await eraseMapped(tx, map, tables, subject)));
  bind(app, rescanSubjectData, async (tx, _actor, { body: { subject } }) => counts(subject, await rescanSchema(tx, map.schema, subject)));
}

const CountRows = z.array(z.object({ rows: z.coerce.number().int() })).length(1);

async function countMapped(tx: Tx, map: SubjectDataMap, tables: readonly MappedTable[], subject: SubjectId): Promise<TableCount[]> {
  const counted: TableCount[] = [];
  for (const table of tables) {
    const rows = await tx.execute(
      sql`select count(*) as rows from ${qualified(`${map.schema}.${table.table}`)} where ${aboutSubject(map, table, subject)}`,
    );
    counted.push({ table: table.table, rows: CountRows.parse([...rows])[0]?.rows ?? 0 });
  }
  return counted;
}

const ExportRows = z.array(z.object({ row: z.record(z.string(), z.unknown()) }));

/** Mapped columns only, in PostgreSQL's JSON form; no secrets. */
async function exportMapped(tx: Tx, map: SubjectDataMap, tables: readonly MappedTable[], subject: SubjectId): Promise<TableRows[]> {
  const exported: TableRows[] = [];
  for (const table of tables) {
    const columns = table.columns.filter((column) => column.secret !== true).map((column) => sql.identifier(column.name));
    const order = table.key.map((column) => sql.identifier(column));
    const rows = await tx.execute(sql`
      select to_jsonb(shown) as row from (
        select ${sql.join(columns, sql`, `)} from ${qualified(`${map.schema}.${table.table}`)} where ${aboutSubject(map, table, subject)} order by ${sql.join(order, sql`, `)}
      ) shown`);
    exported.push({ table: table.table, rows: ExportRows.parse([...rows]).map(({ row }) => row) });
  }
  return exported;
}
