import { readFileSync } from "node:fs";
import { loadPolicies } from "@behest/policies/load";
import { cellOfCountries, normaliseCountry } from "@behest/policies/residency";
import { systemClock } from "@behest/runtime/clock";
import { expect, test } from "vitest";
import { importFile, type Imported } from "./import-file.ts";
import { Mapping, type NamedMapping } from "./mapping.ts";
import { testCells, type TestCells } from "./testing/cells.ts";
import { crmState } from "./testing/crm-state.ts";
import { header, manyLines, scratchFolder, shopMapping } from "./testing/shop-file.ts";

const policies = loadPolicies();
const quiet = () => ({ advance: () => undefined, done: () => undefined });

function load(cells: TestCells, path: string, mapping: NamedMapping = shopMapping): Promise<Imported> {
  const residency = {
    countryOf: (asGiven: string) => normaliseCountry(policies, asGiven),
    cellOf: (countries: readonly string[]) => cellOfCountries(policies, countries),
  };
  return importFile({ path, mapping, databases: cells.urls, residency, clock: systemClock, progress: quiet });
}

const newLines = (imported: Imported): number => [...imported.stored.values()].reduce((sum, counts) => sum + counts.lines, 0);
/** State without the runs, of which each import adds one. */
async function dataOf(cells: TestCells): Promise<unknown[]> {
  return await Promise.all([...cells.urls.keys()].map(async (cell) => ({ ...(await crmState(cells.sql(cell))), import_run: "" })));
}
const file = (...lines: readonly string[]): string => `${[header, ...lines].join("\n")}\n`;

test("CRM-1 the same file again, re-ordered, or overlapping with a later export, adds only what is new", async () => {
  await using cells = await testCells("eu", "uk", "us");
  using folder = scratchFolder();
  const lines = manyLines(60);
  const first = await load(cells, folder.pack("march.csv.gz", file(...lines)));
  expect(newLines(first)).toBe(300);
  const before = await dataOf(cells);

  expect(newLines(await load(cells, folder.pack("march.csv.gz", file(...lines))))).toBe(0);
  expect(newLines(await load(cells, folder.write("turned.csv", file(...lines.toReversed()))))).toBe(0);
  expect(await dataOf(cells)).toEqual(before);

  const later = await load(cells, folder.write("april.csv", file(...lines.slice(150), ...manyLines(62).slice(300))));
  expect(newLines(later), "two new invoices of five lines").toBe(10);
});

test("CRM-6 keys without end are rejected line by line, the longest that are taken fit every index, and the import ends", async () => {
  await using cells = await testCells("uk");
  using folder = scratchFolder();
  // Not repetitive: PostgreSQL would compress that into its index.
  const longest = Array.from({ length: 200 }, (_, at) => String.fromCodePoint(0x4e_00 + ((at * 7919) % 20_000))).join("");
  const line = (invoice: string, item: string, customer: string) =>
    `${invoice},${item},THING,1,2011-07-01 10:00:00,1.00,${customer},United Kingdom`;
  const noise = Array.from({ length: 12_000 }, (_, at) => String.fromCodePoint(0x4e_00 + ((at * 7919) % 20_000))).join("");
  const path = folder.write(
    "a.csv",
    file(
      line("1", "A", "17850"),
      line(noise, "A", "17850"),
      line("1", noise, "17850"),
      line("2", "A", noise),
      line(longest, longest, longest),
    ),
  );
  const imported = await load(cells, path);
  expect(newLines(imported)).toBe(2);
  expect(imported.rejected.map(({ lineNumber, reason }) => [lineNumber, reason])).toEqual([
    [3, "the invoice number is longer than 200 characters"],
    [4, "the stock code is longer than 200 characters"],
    [5, "the customer is longer than 200 characters"],
  ]);
  expect(newLines(await load(cells, path))).toBe(0);
});

test("CRM-1 exact duplicates are kept, an order has its earliest time and its lines their own", async () => {
  await using cells = await testCells("uk");
  using folder = scratchFolder();
  const line = (minute: number, item: string) => `1,${item},THING,1,2011-07-01 10:0${minute}:00,1.00,17850,United Kingdom`;
  await load(cells, folder.write("a.csv", file(line(5, "A"), line(5, "A"), line(3, "B"))));
  const sql = cells.sql("uk");
  expect(await sql`select right(line_key, 2) as nth, stock_code, invoiced_at from crm.order_line order by stock_code, 1`).toEqual([
    { nth: "-1", stock_code: "A", invoiced_at: new Date("2011-07-01T09:05:00Z") },
    { nth: "-2", stock_code: "A", invoiced_at: new Date("2011-07-01T09:05:00Z") },
    { nth: "-1", stock_code: "B", invoiced_at: new Date("2011-07-01T09:03:00Z") },
  ]);
  expect(await sql`select ordered_at from crm.sales_order`).toEqual([{ ordered_at: new Date("2011-07-01T09:03:00Z") }]);
  await load(cells, folder.write("b.csv", file(line(1, "C"), line(5, "A"), line(5, "A"), line(5, "A"))));
  expect(await sql`select ordered_at from crm.sales_order`, "a later export may know an earlier line").toEqual([
    { ordered_at: new Date("2011-07-01T09:01:00Z") },
  ]);
  expect(await sql`select count(*)::int as lines from crm.order_line`).toEqual([{ lines: 5 }]);
});

test("CRM-2 a broken file stores nothing at all, not even that it was tried", async () => {
  await using cells = await testCells("eu", "uk");
  using folder = scratchFolder();
  const before = await dataOf(cells);
  const whole = file(...manyLines(20).filter((line) => !line.includes("USA")));
  const packed = folder.pack("x.gz", whole);
  for (const [name, content] of [
    ["columns.csv", whole.replace("CustomerID", "Customer")],
    ["quotes.csv", `${whole}1,2,"x"y,4,5,6,7,8\n`],
    ["cut.csv.gz", readFileSync(packed).subarray(0, -9)],
  ] as const) {
    await expect(load(cells, folder.write(name, content)), name).rejects.toThrow(/Wrong columns|Broken quotes|cut off/);
  }
  await expect(
    load(cells, folder.write("usa.csv", `${whole}9,S,T,1,2011-03-01 10:00:00,1,555,USA\n`)),
    "no database for the us cell",
  ).rejects.toThrow(/DATABASE_URL_US/);
  expect(await dataOf(cells)).toEqual(before);
  expect(await cells.sql("uk")`select 1 from crm.import_run`).toHaveLength(0);
});

test("CRM-4 and CRM-5 ownerless orders belong to nobody, and each order keeps the country it was given", async () => {
  await using cells = await testCells("eu", "uk", "us");
  using folder = scratchFolder();
  await load(
    cells,
    folder.write(
      "a.csv",
      file(
        "1,A,T,1,2011-03-01 10:00:00,1,7,Austria",
        "2,A,T,1,2011-03-02 10:00:00,1,7,Cyprus",
        "3,A,T,1,2011-03-02 10:00:00,1,,Germany",
        "C4,A,T,-1,2011-03-02 10:00:00,1,,United Kingdom",
        "5,A,T,1,2011-03-02 10:00:00,1,8,Channel Islands",
      ),
    ),
  );
  expect(
    await cells.sql("eu")`
    select o.number, o.country, o.country_as_given, c.external_key, c.country as home, c.country_as_given as home_as_given
    from crm.sales_order o left join crm.contact c on c.id = o.contact_id order by o.number`,
  ).toEqual([
    { number: "1", country: "AT", country_as_given: "Austria", external_key: "7", home: null, home_as_given: null },
    { number: "2", country: "CY", country_as_given: "Cyprus", external_key: "7", home: null, home_as_given: null },
    { number: "3", country: "DE", country_as_given: "Germany", external_key: null, home: null, home_as_given: null },
  ]);
  expect(
    await cells.sql(
      "uk",
    )`select o.number, o.kind, c.external_key, c.country, c.country_as_given from crm.sales_order o left join crm.contact c on c.id = o.contact_id order by o.number`,
  ).toEqual([
    { number: "5", kind: "order", external_key: "8", country: null, country_as_given: "Channel Islands" },
    { number: "C4", kind: "cancellation", external_key: null, country: null, country_as_given: null },
  ]);
});

test("CRM-5 an import never overwrites what the CRM has corrected", async () => {
  await using cells = await testCells("uk");
  using folder = scratchFolder();
  const path = folder.write("a.csv", file("1,A,T,1,2011-03-01 10:00:00,1,7,United Kingdom"));
  await load(cells, path);
  await cells.sql("uk")`update crm.contact set country = 'IE', country_as_given = 'Ireland'`;
  await load(cells, path);
  expect(await cells.sql("uk")`select country, country_as_given from crm.contact`).toEqual([
    { country: "IE", country_as_given: "Ireland" },
  ]);
});

test("CRM-6 lines that can't be stored are kept by number and reason, and the rest is stored", async () => {
  await using cells = await testCells("uk");
  using folder = scratchFolder();
  const good = "1,A,T,1,2011-03-01 10:00:00,0,7,United Kingdom";
  const imported = await load(
    cells,
    folder.write(
      "a.csv",
      file(
        good,
        good.replace("1,A", ",A"),
        good.replace("2011-03-01", "01/03/2011"),
        good.replace(",1,2011", ",many,2011"),
        good.replace("1,A,T", '2,A,"T\nU"'),
        good.replace("1,A", "3,A").replace(",7,", ",8,"),
        good.replace("1,A", "3,A"),
      ),
    ),
  );
  const expected = [
    { lineNumber: 3, reason: "the invoice number is missing" },
    { lineNumber: 4, reason: "the date is not yyyy-MM-dd HH:mm:ss" },
    { lineNumber: 5, reason: "the quantity is not a number" },
    { lineNumber: 8, reason: "its invoice has lines of different customers" },
    { lineNumber: 9, reason: "its invoice has lines of different customers" },
  ];
  expect(imported.rejected).toEqual(expected);
  expect(await cells.sql("uk")`select line_number as "lineNumber", reason from crm.import_reject order by 1`).toEqual(expected);
  expect(await cells.sql("uk")`select status, lines_read, lines_stored, rejected from crm.import_run`).toEqual([
    { status: "done", lines_read: 7, lines_stored: 2, rejected: 5 },
  ]);
});

test("CRM-7 another shop's file with other headers, semicolons, decimal commas and dd.mm.yyyy dates needs only another mapping", async () => {
  await using cells = await testCells("eu");
  using folder = scratchFolder();
  const mapping = Mapping.parse({
    source: "lampenhaus",
    format: { delimiter: ";", encoding: "windows-1252", decimal: "," },
    columns: {
      invoice: "Beleg",
      stockCode: "Artikel",
      description: "Bezeichnung",
      quantity: "Menge",
      invoicedAt: "Datum",
      unitPrice: "Einzelpreis",
      customer: "Kunde",
      country: "Land",
    },
    date: { format: "dd.MM.yyyy", timeZone: "Europe/Berlin" },
    currency: "EUR",
    cancellation: { invoicePrefix: "ST-" },
  });
  const text =
    'Kunde;Land;Beleg;Datum;Artikel;Bezeichnung;Menge;Einzelpreis;Notiz\nK1;Deutschland;R-1;03.07.2025;L2;"Lampe; groß";2;1049,90;x\nK1;Deutschland;ST-2;04.07.2025;L2;Lampe;-1;1049,90;x\n';
  await load(cells, folder.write("umsatz.csv", Buffer.from(text, "latin1")), { name: "lampenhaus.yaml", digest: "l1", mapping });
  expect(
    await cells.sql("eu")`
    select o.source, o.number, o.kind, o.country, o.ordered_at, c.external_key, l.description, l.quantity, l.unit_price, l.currency
    from crm.order_line l join crm.sales_order o on o.id = l.order_id join crm.contact c on c.id = o.contact_id order by o.number`,
  ).toEqual([
    {
      source: "lampenhaus",
      number: "R-1",
      kind: "order",
      country: "DE",
      ordered_at: new Date("2025-07-02T22:00:00Z"),
      external_key: "K1",
      description: "Lampe; groß",
      quantity: "2",
      unit_price: "1049.9",
      currency: "EUR",
    },
    {
      source: "lampenhaus",
      number: "ST-2",
      kind: "cancellation",
      country: "DE",
      ordered_at: new Date("2025-07-03T22:00:00Z"),
      external_key: "K1",
      description: "Lampe",
      quantity: "-1",
      unit_price: "1049.9",
      currency: "EUR",
    },
  ]);
});

test("CRM-3 two imports at once into a cell: the second waits, and both are stored", async () => {
  await using cells = await testCells("eu", "uk", "us");
  using folder = scratchFolder();
  const path = folder.write("a.csv", file(...manyLines(40)));
  const both = await Promise.all([load(cells, path), load(cells, path)]);
  expect(both.map(newLines).toSorted((a, b) => a - b)).toEqual([0, 200]);
});
