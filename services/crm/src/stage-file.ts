/** The second pass over a file: sends every line to the staging table of its cell and collects what is rejected. */
import type { Cell } from "@behest/contracts/ids";
import type { CellStore } from "./cell-store.ts";
import { copySink, type CopySink } from "./copy-sink.ts";
import { ImportFault } from "./import-fault.ts";
import type { Staged } from "./import-run.ts";
import type { Mapping } from "./mapping.ts";
import { contentHash, lineParser } from "./parse-line.ts";
import type { Placement } from "./place.ts";
import { firstLine, readFile } from "./read-file.ts";

const stageColumns =
  "crm.import_stage (order_ordinal, order_number, content_hash, stock_code, description, quantity, unit_price, invoiced_at)";

/**
 * Stages into `stores` only (the others have it already). A line that can't be read, so that nobody knows whose it is, is
 * noted in `home`. Throws ImportFault when the file is no longer the one that the first pass read.
 */
export async function stageFile(
  path: string,
  mapping: Mapping,
  placement: Placement,
  digest: string,
  stores: readonly CellStore[],
  home: Cell,
  onLine: () => void,
): Promise<ReadonlyMap<Cell, Staged>> {
  const sinks = new Map<Cell, CopySink>();
  const counts = new Map<Cell, Staged>();
  try {
    for (const store of stores) {
      sinks.set(store.cell, await copySink(store, stageColumns));
      counts.set(store.cell, { read: 0, staged: 0, rejected: [] });
    }
    const file = await readFile(path, mapping, () => undefined);
    const parse = lineParser(mapping, file.positions);
    for await (const record of file.records) {
      onLine();
      const line = parse(record.fields);
      const invoice = "reason" in line ? undefined : placement.invoices.get(line.number);
      const cell = invoice?.cell ?? home;
      const count = counts.get(cell);
      if (!count) continue;
      count.read += 1;
      const reason = "reason" in line ? line.reason : placement.refused.get(line.number);
      if ("reason" in line || !invoice || reason !== undefined) {
        count.rejected.push({ lineNumber: firstLine(record), reason: reason ?? "its invoice is new" });
        continue;
      }
      count.staged += 1;
      await sinks
        .get(cell)
        ?.write([
          invoice.ordinal,
          line.number,
          contentHash(mapping, line),
          line.stockCode,
          line.description,
          line.quantity,
          line.unitPrice,
          line.invoicedAt.toISOString(),
        ]);
    }
    if (file.digest() !== digest) throw new ImportFault("The file changed while it was read; nothing was stored.");
    for (const sink of sinks.values()) await sink.end();
    return counts;
  } catch (error) {
    await Promise.all([...sinks.values()].map((sink) => sink.abort()));
    throw error;
  }
}
