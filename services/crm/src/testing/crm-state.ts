/** What the CRM's tables hold, comparable between two databases: by the shop's own keys, without ids and times of writing. */
import { createHash } from "node:crypto";
import type { Sql } from "postgres";

const views = {
  contact: `select source, external_key, country, country_as_given, given_name, email from crm.contact`,
  sales_order: `select o.source, o.number, o.kind, c.external_key, o.ordered_at, o.country, o.country_as_given from crm.sales_order o left join crm.contact c on c.id = o.contact_id`,
  order_line: `select l.line_key, o.source, o.number, l.stock_code, l.description, l.quantity, l.unit_price, l.currency, l.invoiced_at from crm.order_line l join crm.sales_order o on o.id = l.order_id`,
  import_run: `select file_digest, status, lines_read, lines_stored, rejected from crm.import_run where status <> 'failed'`,
  import_reject: `select line_number, reason from crm.import_reject`,
  import_stage: `select * from crm.import_stage`,
};
const others = ["account", "lead", "opportunity", "invoice", "interaction", "ticket", "score", "tier"];

/** Table → rows and a digest of all of them. */
export async function crmState(sql: Sql): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  for (const [table, query] of Object.entries({
    ...views,
    ...Object.fromEntries(others.map((table) => [table, `select * from crm.${table}`])),
  })) {
    const hash = createHash("sha256");
    let rows = 0;
    for await (const some of sql.unsafe(`select v::text as row from (${query}) v order by 1`).cursor(5_000)) {
      for (const { row } of some) hash.update(`${String(row)}\n`);
      rows += some.length;
    }
    state[table] = `${rows} ${hash.digest("hex").slice(0, 16)}`;
  }
  return state;
}
