/**
 * Searches every table of a service for a subject id, asking the catalogue and not the map: what the map forgot is found too.
 * Job tables are searched with the service's own. Slow by design: it reads whole tables.
 */
import type { SubjectId } from "@behest/contracts/ids";
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Tx } from "./database.ts";
import { qualified } from "./sql-names.ts";

const ColumnRows = z.array(z.object({ schema: z.string(), table: z.string(), column: z.string(), type: z.string() }));
const CountRows = z.array(z.object({ rows: z.coerce.number().int() }));

/** Rows left in each table in which the id stands anywhere: in text, JSON, arrays or bytes, or its UUID in a uuid column. Tables of other schemas under `schema.table`. */
export async function rescanSchema(tx: Tx, schema: string, subject: SubjectId): Promise<Array<{ table: string; rows: number }>> {
  const rows = await tx.execute(sql`
    select n.nspname as schema, c.relname as table, a.attname as column, t.typname as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
    where n.nspname in (${schema}, ${`${schema}_jobs`}) and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
      and (t.typcategory in ('S', 'A', 'U') or t.typname in ('json', 'jsonb', 'uuid', 'bytea'))
    order by n.nspname <> ${schema}, 1, 2, a.attnum`);
  const byTable = Map.groupBy(ColumnRows.parse([...rows]), ({ schema: found, table }) => (found === schema ? table : `${found}.${table}`));
  const left: Array<{ table: string; rows: number }> = [];
  for (const [table, columns] of byTable) {
    const held = sql.join(
      columns.map((column) => holds(column, subject)),
      sql` or `,
    );
    const found = await tx.execute(
      sql`select count(*) as rows from ${qualified(table.includes(".") ? table : `${schema}.${table}`)} where ${held}`,
    );
    const [count] = CountRows.parse([...found]);
    if (count && count.rows > 0) left.push({ table, rows: count.rows });
  }
  return left;
}

/** The 32 digits are what is looked for, so an id without its cell, or written as a UUID, is found as well. */
function holds({ column, type }: { column: string; type: string }, subject: SubjectId): SQL {
  const digits = subject.slice(3);
  const name = sql.identifier(column);
  if (type === "uuid") return sql`${name} = ${digits}::uuid`;
  if (type === "bytea")
    return sql`(position(convert_to(${digits}, 'UTF8') in ${name}) > 0 or position(decode(${digits}, 'hex') in ${name}) > 0)`;
  return sql`strpos(replace(${name}::text, '-', ''), ${digits}) > 0`;
}
