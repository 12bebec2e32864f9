import type { Sql } from "postgres";

/** The CRM's own tables, by name; the runtime's (for jobs, idempotency) are left out. */
export async function listCrmTables(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'crm'::regnamespace and relkind = 'r'
      and relname in (select unnest(array['account', 'contact', 'lead', 'opportunity', 'sales_order', 'order_line', 'invoice', 'interaction', 'ticket', 'score', 'tier']))
      or relnamespace = 'crm'::regnamespace and relkind = 'r' and relname like 'import\\_%'
    order by relname`;
  return rows.map((row) => row.name);
}
