/** SQL over CRM tables, made from the data map alone: which rows are about a person, and only the columns asked for. */
import type { DataMapFile, MapTable } from "@behest/policies/schema";
import type { Tx } from "@behest/runtime/database";
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";

export type Row = Record<string, string | number | boolean | null>;
export type MappedRows = { table: string; rows: Row[]; truncated: boolean };
export type PersonTable = { name: string; table: MapTable; about: Extract<MapTable["about"], { kind: "person" }> };

/** The table of a source whose rows are the persons. Throws when the map has none or two: such a map can't be enrolled from. */
export function personTable(map: DataMapFile): PersonTable {
  const found = Object.entries(map.tables).flatMap(([name, table]) =>
    table.about.kind === "person" ? [{ name, table, about: table.about }] : [],
  );
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`data map ${map.source}: exactly one table must be about a person, not ${found.length}`);
  return only;
}

/** Rows of one table about the person, newest first, `rowsMax` at the most, with the given columns only. */
export async function readRows(
  tx: Tx,
  map: DataMapFile,
  table: string,
  columns: readonly string[],
  personKey: string,
  rowsMax: number,
): Promise<MappedRows> {
  const mapped = tableOf(map, table);
  const order = mapped.newest
    ? sql`order by t.${sql.identifier(mapped.newest)} desc nulls last, ${keyOrder(mapped)}`
    : sql`order by ${keyOrder(mapped)}`;
  const list = sql.join(
    columns.map((column) => sql`t.${sql.identifier(column)}`),
    sql`, `,
  );
  const found = await tx.execute(sql`
    select to_jsonb(r)::text as row
    from (select ${list} from ${relation(map, table)} t where ${aboutPerson(map, table, sql`t`, personKey)} ${order} limit ${rowsMax + 1}) r`);
  const rows = parsedRows(found);
  return { table, rows: rows.slice(0, rowsMax), truncated: rows.length > rowsMax };
}

export async function countRows(tx: Tx, map: DataMapFile, table: string, personKey: string): Promise<number> {
  const found = await tx.execute(
    sql`select count(*)::int as total from ${relation(map, table)} t where ${aboutPerson(map, table, sql`t`, personKey)}`,
  );
  return z.array(z.object({ total: z.int() })).parse(found)[0]?.total ?? 0;
}

/** Tables whose rows are about a person, in the order of the map. */
export const tablesAboutPeople = (map: DataMapFile): [string, MapTable][] =>
  Object.entries(map.tables).filter(([, table]) => table.about.kind === "person" || table.about.kind === "link");

/** The condition that a row of `table` (known as `alias`) is about the person: follows the map's links up to the person. */
export function aboutPerson(map: DataMapFile, table: string, alias: SQL, personKey: string): SQL {
  const { about } = tableOf(map, table);
  if (about.kind === "person") return sql`${alias}.${sql.identifier(about.key)} = ${personKey}`;
  if (about.kind !== "link") throw new Error(`data map ${map.source}.${table} is about nobody`);
  const parent = tableOf(map, about.table);
  const parentKey = parent.about.kind === "person" ? parent.about.key : parent.key[0];
  if (parentKey === undefined) throw new Error(`data map ${map.source}.${about.table} has no key`);
  const inner = sql.identifier(`p_${about.table}`);
  return sql`${alias}.${sql.identifier(about.column)} in (select ${inner}.${sql.identifier(parentKey)} from ${relation(map, about.table)} ${inner} where ${aboutPerson(map, about.table, sql`${inner}`, personKey)})`;
}

export const relation = (map: DataMapFile, table: string): SQL => sql`${sql.identifier(map.source)}.${sql.identifier(table)}`;

function tableOf(map: DataMapFile, table: string): MapTable {
  const found = map.tables[table];
  if (!found) throw new Error(`data map ${map.source} has no table ${table}`);
  return found;
}

const keyOrder = (table: MapTable): SQL =>
  sql.join(
    table.key.map((column) => sql`t.${sql.identifier(column)}`),
    sql`, `,
  );

/** What is neither text, number, truth nor nothing leaves as JSON text. */
function parsedRows(found: unknown): Row[] {
  const Value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.unknown().transform((value) => JSON.stringify(value))]);
  return z
    .array(z.object({ row: z.string() }))
    .parse(found)
    .map(({ row }) => z.record(z.string(), Value).parse(JSON.parse(row)));
}
