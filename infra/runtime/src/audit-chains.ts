/** Which tables of a database are hash chains: those whose comment says so. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { ChainColumn } from "./audit-content.ts";
import type { Tx } from "./database.ts";

/** `table` and `heads`: `schema.table`. `columns`: all that are hashed, in the table's order. */
export type Chain = { table: string; heads: string; columns: readonly ChainColumn[] };

/** A chained table's comment begins with `chained by <heads table of the same schema>`. */
const commentForm = /^chained by ([a-z_][a-z0-9_]*)/;

const TableRows = z.array(z.object({ schema: z.string(), name: z.string(), comment: z.string() }));
const ColumnRows = z.array(z.object({ name: z.string(), type: z.string(), typeKind: z.string() }));

/** Every chained table that this role may read, by name. */
export async function findChains(tx: Tx): Promise<Chain[]> {
  const tables = TableRows.parse([
    ...(await tx.execute(sql`
      select n.nspname as schema, c.relname as name, obj_description(c.oid, 'pg_class') as comment
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and obj_description(c.oid, 'pg_class') ~ '^chained by ' and has_table_privilege(c.oid, 'select')
      order by 1, 2`)),
  ]);
  const chains: Chain[] = [];
  for (const { schema, name, comment } of tables) {
    const heads = commentForm.exec(comment)?.[1];
    if (heads === undefined) throw new Error(`the comment of ${schema}.${name} names no heads table: ${comment}`);
    chains.push({ table: `${schema}.${name}`, heads: `${schema}.${heads}`, columns: await columnsOf(tx, schema, name) });
  }
  return chains;
}

async function columnsOf(tx: Tx, schema: string, table: string): Promise<ChainColumn[]> {
  const rows = await tx.execute(sql`
    select a.attname as name, t.typname as type, t.typtype as "typeKind"
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
    where n.nspname = ${schema} and c.relname = ${table} and a.attnum > 0 and not a.attisdropped and a.attname not in ('previous_hash', 'hash')
    order by a.attnum`);
  return ColumnRows.parse([...rows]);
}
