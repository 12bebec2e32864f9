/** Columns of the CRM that the map doesn't name. They are closed; an officer sees that somebody should map them. */
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { DataMapFile } from "@behest/policies/schema";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Door } from "./door.ts";

export type CrmColumn = { table: string; column: string; type: string };

export const listUnmapped =
  (door: Door) =>
  async (tx: Tx, _actor: Actor): Promise<{ columns: CrmColumn[] }> => ({
    columns: unmapped(door.wholeMap, await columnsOf(tx, door.wholeMap.source)),
  });

/** What stands in the database but not in the map. */
export const unmapped = (map: DataMapFile, columns: readonly CrmColumn[]): CrmColumn[] =>
  columns.filter(({ table, column }) => map.tables[table]?.columns[column] === undefined);

/** Every column of a schema. From pg_catalog, because information_schema hides what this role may not read. */
export async function columnsOf(tx: Tx, schema: string): Promise<CrmColumn[]> {
  const found = await tx.execute(sql`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`);
  return z.array(z.object({ table: z.string(), column: z.string(), type: z.string() })).parse(found);
}
