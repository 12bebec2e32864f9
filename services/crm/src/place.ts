/** Which cell each customer and each invoice of a file belongs in. Pure. */
import { cells, type Cell } from "@behest/contracts/ids";
import { ImportFault } from "./import-fault.ts";
import { rejectsMax, type Invoice, type Survey } from "./survey-file.ts";

/** What a text means as a country, and the cell of people of some countries: the rules of policies/residency. */
export type Residency = { countryOf: (asGiven: string) => Meaning; cellOf: (countries: readonly string[]) => Cell };

/** What the cells hold of this source already. Who was placed before stays: moving a person is not an import's business. */
export type Known = {
  customers: ReadonlyMap<string, Cell>;
  orders: ReadonlyMap<string, { cell: Cell; customer: string | null }>;
};

/** Several countries: it is one of them. `recognised` false: nobody has said what the text means. */
type Meaning = { countries: readonly string[]; recognised: boolean };

export type PlacedCustomer = { cell: Cell; country: string | null; countryAsGiven: string | null };
export type PlacedInvoice = Invoice & { cell: Cell; country: string | null };
export type Placement = {
  customers: ReadonlyMap<string, PlacedCustomer>;
  invoices: ReadonlyMap<string, PlacedInvoice>;
  /** Invoice number → why its lines are rejected. */
  refused: ReadonlyMap<string, string>;
  /** Customers whose lines give several countries: their orders keep the evidence. */
  severalCountries: readonly string[];
  /** Texts that are known to be no single country → customers that carry them. */
  notOneCountry: ReadonlyMap<string, number>;
  /** Customers whose country text nobody has explained in policies/residency. What it says is not passed on: it may be anything. */
  unrecognised: number;
};

/** Throws ImportFault when so much would be refused that the file can't be of this source. */
export function place(survey: Survey, known: Known, residency: Residency): Placement {
  const countryOf = remembered(residency.countryOf);
  const countriesOf = (asGiven: string) => countryOf(asGiven).countries;
  const single = (asGiven: string | null): string | null => (asGiven === null ? null : onlyOne(countriesOf(asGiven)));
  const customers = new Map<string, PlacedCustomer>();
  const severalCountries: string[] = [];
  const notOneCountry = new Map<string, number>();
  let unrecognised = 0;
  for (const [key, given] of survey.customers) {
    const countries = [...new Set([...given].flatMap((asGiven) => [...countriesOf(asGiven)]))];
    const cell = known.customers.get(key) ?? residency.cellOf(countries);
    // Two texts for one country are no conflict; a country beside a text that is none is one.
    const meanings = [...new Set([...given].map((asGiven) => single(asGiven) ?? `?${asGiven}`))];
    const meaning = onlyOne(meanings);
    customers.set(key, { cell, countryAsGiven: onlyOne([...given]), country: meaning?.startsWith("?") ? null : meaning });
    if (meanings.length > 1) severalCountries.push(key);
    for (const asGiven of given) {
      if (!countryOf(asGiven).recognised) unrecognised += 1;
      else if (single(asGiven) === null) notOneCountry.set(asGiven, (notOneCountry.get(asGiven) ?? 0) + 1);
    }
  }

  const invoices = new Map<string, PlacedInvoice>();
  const refused = new Map<string, string>();
  for (const [number, invoice] of survey.invoices) {
    const stored = known.orders.get(number);
    const ownCell = residency.cellOf(invoice.countryAsGiven === null ? [] : countriesOf(invoice.countryAsGiven));
    const cell = invoice.customer === null ? (stored?.cell ?? ownCell) : (customers.get(invoice.customer)?.cell ?? ownCell);
    if (invoice.disputed) refused.set(number, "its invoice has lines of different customers");
    else if (stored && (stored.customer !== invoice.customer || stored.cell !== cell))
      refused.set(number, "its invoice is stored already for another customer or for nobody");
    invoices.set(number, { ...invoice, cell, country: single(invoice.countryAsGiven) });
  }
  const refusedLines = [...refused.keys()].reduce((sum, number) => sum + (invoices.get(number)?.lines ?? 0), 0);
  if (refusedLines > rejectsMax)
    throw new ImportFault(
      `${refusedLines} lines are of invoices that are stored for other customers, or name several: is it the right source?`,
    );
  return {
    customers: withOrders(customers, invoices, refused),
    invoices,
    refused,
    severalCountries: severalCountries.toSorted(),
    notOneCountry,
    unrecognised,
  };
}

/** Cells in which a placement stores something, the one with the most invoices first; none when no line could be read. */
export function cellsOf(placement: Placement): Cell[] {
  const invoices = new Map<Cell, number>();
  for (const { cell } of placement.invoices.values()) invoices.set(cell, (invoices.get(cell) ?? 0) + 1);
  return cells.filter((cell) => invoices.has(cell)).toSorted((a, b) => (invoices.get(b) ?? 0) - (invoices.get(a) ?? 0));
}

/** A customer all of whose invoices are refused is not stored either. */
function withOrders(
  customers: Map<string, PlacedCustomer>,
  invoices: ReadonlyMap<string, Invoice>,
  refused: ReadonlyMap<string, string>,
): Map<string, PlacedCustomer> {
  if (refused.size === 0) return customers;
  const owners = new Set([...invoices].filter(([number]) => !refused.has(number)).map(([, invoice]) => invoice.customer));
  return new Map([...customers].filter(([key]) => owners.has(key)));
}

const onlyOne = <T>(values: readonly T[]): T | null => (values.length === 1 ? (values[0] ?? null) : null);

function remembered(countryOf: Residency["countryOf"]): Residency["countryOf"] {
  const known = new Map<string, Meaning>();
  return (asGiven) => {
    const meaning = known.get(asGiven) ?? countryOf(asGiven);
    known.set(asGiven, meaning);
    return meaning;
  };
}
