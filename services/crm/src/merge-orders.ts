/** Merges staged orders and their lines in bounded batches; each batch and how far it got is one transaction. */
import type { TransactionSql } from "postgres";
import type { CellStore } from "./cell-store.ts";
import type { Run } from "./import-run.ts";
import type { Mapping } from "./mapping.ts";
import type { PlacedInvoice, Placement } from "./place.ts";

type Numbered = PlacedInvoice & { number: string };
const batchLines = 5_000;

/** Goes on where the run was killed. `onLines` hears of the lines of each committed batch, those of earlier lives included. */
export async function mergeOrders(
  { sql, cell, lost }: CellStore,
  run: Run,
  mapping: Mapping,
  { invoices, refused }: Placement,
  onLines: (lines: number) => void,
): Promise<void> {
  const here: Numbered[] = [];
  for (const [number, invoice] of invoices) if (invoice.cell === cell && !refused.has(number)) here.push({ ...invoice, number });
  for (const batch of batches(here.toSorted((a, b) => a.ordinal - b.ordinal))) {
    lost.throwIfAborted();
    const first = batch[0]?.ordinal ?? 0;
    const next = (batch.at(-1)?.ordinal ?? 0) + 1;
    if (next > run.nextOrder) {
      await sql.begin(async (tx) => {
        const orders = await insertOrders(tx, mapping.source, batch);
        const lines = await insertLines(tx, mapping, first, next);
        await tx`update crm.import_progress set next_order = ${next}, orders_new = orders_new + ${orders}, lines_new = lines_new + ${lines} where run_id = ${run.id}`;
      });
    }
    onLines(batch.reduce((sum, invoice) => sum + invoice.lines, 0));
  }
}

/** Whole invoices only, because a line's occurrence is counted within its invoice. Always cut at the same places. */
function* batches(invoices: readonly Numbered[]): Generator<Numbered[]> {
  let batch: Numbered[] = [];
  let lines = 0;
  for (const invoice of invoices) {
    batch.push(invoice);
    lines += invoice.lines;
    if (lines < batchLines) continue;
    yield batch;
    batch = [];
    lines = 0;
  }
  if (batch.length > 0) yield batch;
}

/** An order that is stored already only learns of an earlier line. Answers how many are new. */
async function insertOrders(tx: TransactionSql, source: string, batch: readonly Numbered[]): Promise<number> {
  const [row] = await tx<{ fresh: number }[]>`
    with incoming as (
      select * from unnest(
        ${batch.map((order) => order.number)}::text[], ${batch.map((order) => order.kind)}::text[], ${batch.map((order) => order.customer)}::text[],
        ${batch.map((order) => new Date(order.orderedAt).toISOString())}::timestamptz[], ${batch.map((order) => order.country)}::text[],
        ${batch.map((order) => order.countryAsGiven)}::text[]
      ) as t (number, kind, customer, ordered_at, country, country_as_given)
    ), merged as (
      insert into crm.sales_order as stored (source, number, kind, contact_id, ordered_at, country, country_as_given)
      select ${source}, i.number, i.kind, c.id, i.ordered_at, i.country, i.country_as_given
      from incoming i left join crm.contact c on c.source = ${source} and c.external_key = i.customer
      where i.customer is null or c.id is not null -- a customer who has just gone does not leave orders to nobody
      on conflict (source, number) do update set ordered_at = excluded.ordered_at where excluded.ordered_at < stored.ordered_at
      returning xmax = 0 as fresh -- a row that was updated has an xmax
    )
    select count(*) filter (where fresh)::int as fresh from merged`;
  return row?.fresh ?? 0;
}

/** The same content twice in an invoice is two lines; the same line twice in two files is one. Answers how many are new. */
async function insertLines(tx: TransactionSql, { source, currency }: Mapping, first: number, next: number): Promise<number> {
  const { count } = await tx`
    insert into crm.order_line (line_key, order_id, stock_code, description, quantity, unit_price, currency, invoiced_at)
    select s.content_hash || '-' || row_number() over (partition by s.content_hash), o.id, s.stock_code, s.description, s.quantity, s.unit_price, ${currency}, s.invoiced_at
    from crm.import_stage s join crm.sales_order o on o.source = ${source} and o.number = s.order_number
    where s.order_ordinal >= ${first} and s.order_ordinal < ${next}
    on conflict (line_key) do nothing`;
  return count;
}
