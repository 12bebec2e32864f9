/** Adds a cell's customers in bounded batches. One who is stored already is left as they are: a correction is never undone. */
import type { CellStore } from "./cell-store.ts";
import type { Run } from "./import-run.ts";
import type { PlacedCustomer } from "./place.ts";

const batchRows = 1_000;

export async function mergeCustomers(
  { sql, cell }: CellStore,
  run: Run,
  source: string,
  customers: ReadonlyMap<string, PlacedCustomer>,
): Promise<void> {
  const here = [...customers].filter(([, customer]) => customer.cell === cell);
  for (let start = 0; start < here.length; start += batchRows) {
    const batch = here.slice(start, start + batchRows);
    await sql.begin(async (tx) => {
      const { count } = await tx`
        insert into crm.contact (source, external_key, country, country_as_given)
        select ${source}, * from unnest(
          ${batch.map(([key]) => key)}::text[], ${batch.map(([, customer]) => customer.country)}::text[], ${batch.map(([, customer]) => customer.countryAsGiven)}::text[])
        on conflict (source, external_key) do nothing`;
      await tx`update crm.import_progress set contacts_new = contacts_new + ${count} where run_id = ${run.id}`;
    });
  }
}
