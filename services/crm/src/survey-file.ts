/**
 * The first pass over a file: reads all of it and stores nothing, so that a broken file leaves no trace, and learns what placing
 * needs: each customer's countries, each invoice's customer. Memory grows with customers and invoices, not with lines.
 */
import { ImportFault } from "./import-fault.ts";
import type { Mapping } from "./mapping.ts";
import { lineParser, type Line } from "./parse-line.ts";
import { firstLine, readFile } from "./read-file.ts";

export type Invoice = {
  /** Counts up by first appearance in the file. */
  ordinal: number;
  kind: Line["kind"];
  customer: string | null;
  /** Its lines name different customers, so it can be nobody's. */
  disputed: boolean;
  /** Of its earliest line. */
  countryAsGiven: string | null;
  orderedAt: number;
  lines: number;
};
export type Survey = {
  digest: string;
  linesRead: number;
  /** Customer → every country that its lines give. */
  customers: ReadonlyMap<string, ReadonlySet<string>>;
  invoices: ReadonlyMap<string, Invoice>;
};

/** More than this is not a bad line here and there but the wrong mapping. */
export const rejectsMax = 10_000;

/** Throws ImportFault when the file as a whole can't be imported. */
export async function surveyFile(path: string, mapping: Mapping, onBytes: (bytes: number) => void): Promise<Survey> {
  const file = await readFile(path, mapping, onBytes);
  const parse = lineParser(mapping, file.positions);
  const customers = new Map<string, Set<string>>();
  const invoices = new Map<string, Invoice>();
  let linesRead = 0;
  let rejects = 0;
  for await (const record of file.records) {
    linesRead += 1;
    const line = parse(record.fields);
    if ("reason" in line) {
      rejects += 1;
      if (rejects > rejectsMax)
        throw new ImportFault(
          `More than ${rejectsMax} lines can't be stored (at line ${firstLine(record)} ${line.reason}): is it the right mapping?`,
        );
      continue;
    }
    noteInvoice(invoices, line);
    noteCustomer(customers, line);
  }
  if (linesRead === 0) throw new ImportFault("The file has a first line with the columns and nothing below it.");
  return { digest: file.digest(), linesRead, customers, invoices };
}

function noteCustomer(customers: Map<string, Set<string>>, { customer, countryAsGiven }: Line): void {
  if (customer === null) return;
  const countries = customers.get(customer) ?? new Set();
  if (countries.size === 0) customers.set(customer, countries);
  if (countryAsGiven !== null) countries.add(countryAsGiven);
}

/** However the lines are ordered, the same invoice comes out. */
function noteInvoice(invoices: Map<string, Invoice>, line: Line): void {
  const at = line.invoicedAt.getTime();
  const known = invoices.get(line.number);
  if (!known) {
    invoices.set(line.number, {
      ordinal: invoices.size,
      kind: line.kind,
      customer: line.customer,
      disputed: false,
      countryAsGiven: line.countryAsGiven,
      orderedAt: at,
      lines: 1,
    });
    return;
  }
  known.lines += 1;
  if (known.customer !== line.customer) known.disputed = true;
  if (at < known.orderedAt || (at === known.orderedAt && (line.countryAsGiven ?? "") < (known.countryAsGiven ?? "")))
    known.countryAsGiven = line.countryAsGiven;
  known.orderedAt = Math.min(known.orderedAt, at);
}
