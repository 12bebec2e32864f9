/** What an import did, in words for the person who ran it. Counts, cells and country texts only. */
import type { Imported } from "./import-file.ts";
import type { PlacedInvoice } from "./place.ts";

const number = new Intl.NumberFormat("en");
const count = (value: number): string => number.format(value).padStart(9);

export function summaryOf(imported: Imported, rejectsPath: string): string {
  const { survey, placement, stored, rejected } = imported;
  const kept = [...placement.invoices].filter(([key]) => !placement.refused.has(key)).map(([, invoice]) => invoice);
  const ownerless = kept.filter((invoice) => invoice.customer === null);
  const cancellations = kept.filter((invoice) => invoice.kind === "cancellation");
  const fresh = [...stored.values()].reduce((sum, counts) => sum + counts.contacts + counts.orders + counts.lines, 0);
  return [
    `${imported.resumed ? "Resumed and finished" : "Finished"}: ${number.format(survey.linesRead)} lines read, ${number.format(linesOf(kept))} stored in ${stored.size} cells, ${number.format(rejected.length)} rejected.`,
    fresh === 0 ? "Nothing changed: all of it was stored before." : "New in this import:",
    ...(fresh === 0
      ? []
      : [
          "  cell  customers    orders     lines",
          ...[...stored].map(([cell, counts]) => `  ${cell}   ${count(counts.contacts)} ${count(counts.orders)} ${count(counts.lines)}`),
        ]),
    `In the file: ${number.format(placement.customers.size)} customers, ${number.format(kept.length)} orders, of which ${number.format(cancellations.length)} cancellations (${number.format(linesOf(cancellations))} lines).`,
    `Belonging to nobody: ${number.format(ownerless.length)} orders with ${number.format(linesOf(ownerless))} lines, attached to no one.`,
    `Customers with several countries: ${placement.severalCountries.length}, for an officer to settle.`,
    `Residence unknown: ${[...placement.notOneCountry].map(([asGiven, customers]) => `"${asGiven}" (${customers} customers)`).join(", ") || "none"}.`,
    ...(placement.unrecognised === 0
      ? []
      : [
          `Country texts that policies/residency/countries.yaml does not know: on ${placement.unrecognised} customers, kept as given and taken as unknown.`,
        ]),
    ...(rejected.length === 0 ? [] : [`Rejected lines and reasons: ${rejectsPath}`]),
  ].join("\n");
}

const linesOf = (invoices: readonly PlacedInvoice[]): number => invoices.reduce((sum, invoice) => sum + invoice.lines, 0);
