/** Erases what the map says about a subject: rows that hang on others first, each table its own way. Repeating it touches nothing more. */
import type { SubjectId } from "@behest/contracts/ids";
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Tx } from "./database.ts";
import { qualified } from "./sql-names.ts";
import type { MappedTable, SubjectDataMap } from "./subject-data-map.ts";
import { aboutSubject } from "./subject-data-where.ts";

/** Rows deleted or blanked in each table; tables that the map keeps count 0. */
export async function eraseMapped(
  tx: Tx,
  map: SubjectDataMap,
  tables: readonly MappedTable[],
  subject: SubjectId,
): Promise<Array<{ table: string; rows: number }>> {
  const erased: Array<{ table: string; rows: number }> = [];
  for (const table of await dependentsFirst(tx, map, tables))
    erased.push({ table: table.table, rows: await eraseTable(tx, map, table, subject) });
  return erased;
}

async function eraseTable(tx: Tx, map: SubjectDataMap, table: MappedTable, subject: SubjectId): Promise<number> {
  const name = qualified(`${map.schema}.${table.table}`);
  const where = aboutSubject(map, table, subject);
  if (table.erasure === "delete") return (await tx.execute(sql`delete from ${name} where ${where} returning 1`)).length;
  if (table.erasure !== "anonymise") return 0;
  const blanks = await blanksOf(tx, map, table);
  if (blanks.length === 0) return 0;
  const assignments = blanks.map(({ column, value }) => sql`${column} = ${value}`);
  const unlike = blanks.map(({ filled }) => sql`(${filled})`);
  return (
    await tx.execute(
      sql`update ${name} set ${sql.join(assignments, sql`, `)} where ${where} and (${sql.join(unlike, sql` or `)}) returning 1`,
    )
  ).length;
}

/** `filled`: true while the column still says something. */
type Blank = { column: SQL; value: SQL; filled: SQL };
const ColumnRows = z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean(), unique: z.boolean() }));

/** How each column that the map wants blanked is blanked: null where that may be, else the emptiest value of its type. */
async function blanksOf(tx: Tx, map: SubjectDataMap, table: MappedTable): Promise<Blank[]> {
  const wanted = new Set(table.columns.filter(({ erasure }) => erasure === "anonymise" || erasure === "delete").map(({ name }) => name));
  const rows = await tx.execute(sql`
    select a.attname as name, t.typname as type, not a.attnotnull as nullable,
      exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any(i.indkey)) as unique
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
    where n.nspname = ${map.schema} and c.relname = ${table.table} and a.attnum > 0 and not a.attisdropped`);
  const columns = ColumnRows.parse([...rows]).filter(({ name }) => wanted.has(name));
  if (columns.length !== wanted.size) throw new Error(`${map.schema}.${table.table} lacks a column that the map wants erased`);
  return columns.map((column) => blankOf(column));
}

function blankOf({ name, type, nullable, unique }: { name: string; type: string; nullable: boolean; unique: boolean }): Blank {
  const column = sql`${sql.identifier(name)}`;
  if (nullable) return { column, value: sql`null`, filled: sql`${column} is not null` };
  // Two erased persons may not meet in a unique column.
  if (unique && type === "text")
    return { column, value: sql`'erased-' || gen_random_uuid()`, filled: sql`${column} !~ '^erased-[0-9a-f-]{36}$'` };
  const value = emptiest(name, type, column);
  return { column, value, filled: sql`${column} is distinct from ${value}` };
}

function emptiest(name: string, type: string, column: SQL): SQL {
  if (type === "text" || type === "varchar") return sql`''`;
  if (type === "bytea") return sql`'\\x'::bytea`;
  if (type === "bool") return sql`false`;
  if (type === "jsonb") return sql`case jsonb_typeof(${column}) when 'array' then '[]'::jsonb else '{}'::jsonb end`;
  if (["int2", "int4", "int8", "numeric", "float8"].includes(type)) return sql`0`;
  if (type.startsWith("_")) return sql`'{}'`;
  throw new Error(`no empty value is known for column ${name} of type ${type}: let it be null`);
}

const EdgeRows = z.array(z.object({ child: z.string(), parent: z.string() }));

/** Rows that refer to others go first: by foreign keys, and by the map's links, whose condition needs the parent to be there still. */
async function dependentsFirst(tx: Tx, map: SubjectDataMap, tables: readonly MappedTable[]): Promise<MappedTable[]> {
  const rows = await tx.execute(sql`
    select child.relname as child, parent.relname as parent
    from pg_constraint k join pg_class child on child.oid = k.conrelid join pg_class parent on parent.oid = k.confrelid
    where k.contype = 'f' and k.conrelid <> k.confrelid and child.relnamespace = ${map.schema}::regnamespace and parent.relnamespace = ${map.schema}::regnamespace`);
  const edges = EdgeRows.parse([...rows]);
  for (const { table, about } of tables) if (about.kind === "link") edges.push({ child: table, parent: about.table });
  const ordered: MappedTable[] = [];
  const waiting = new Set(tables);
  while (waiting.size > 0) {
    const free = [...waiting].filter(
      (table) =>
        ![...waiting].some(
          (other) => other !== table && edges.some(({ child, parent }) => child === other.table && parent === table.table),
        ),
    );
    if (free.length === 0)
      throw new Error(`the tables ${[...waiting].map(({ table }) => table).join(", ")} of ${map.schema} refer to each other in a circle`);
    for (const table of free) {
      ordered.push(table);
      waiting.delete(table);
    }
  }
  return ordered;
}
