/** Files as shops export them, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Mapping, type NamedMapping } from "../mapping.ts";

export const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

export const shopMapping: NamedMapping = {
  name: "shop.yaml",
  digest: "shop-1",
  mapping: Mapping.parse({
    source: "shop",
    format: {},
    columns: {
      invoice: "InvoiceNo",
      stockCode: "StockCode",
      description: "Description",
      quantity: "Quantity",
      invoicedAt: "InvoiceDate",
      unitPrice: "UnitPrice",
      customer: "CustomerID",
      country: "Country",
    },
    date: { format: "yyyy-MM-dd HH:mm:ss", timeZone: "Europe/London" },
    currency: "GBP",
    cancellation: { invoicePrefix: "C" },
  }),
};

/** A folder for one test, removed when it goes out of scope. */
export function scratchFolder(): Disposable & {
  path: string;
  write: (name: string, content: string | Buffer) => string;
  pack: (name: string, text: string) => string;
} {
  const path = mkdtempSync(join(tmpdir(), "behest-crm-"));
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  return {
    path,
    write,
    pack: (name, text) => write(name, gzipSync(text)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** `orders` invoices of 5 lines each (two of them equal); every third belongs to nobody; countries of three cells. */
export function manyLines(orders: number): string[] {
  const countries = ["United Kingdom", "Germany", "USA", "France", "EIRE"];
  return Array.from({ length: orders }, (_, index) => {
    const customer = index % 3 === 0 ? "" : String(20_000 + (index % 700));
    const country = countries[(index % 700) % countries.length] ?? "";
    const number = `${index % 11 === 0 ? "C" : ""}${700_000 + index}`;
    const day = String(1 + (index % 28)).padStart(2, "0");
    return [1, 2, 3, 3, 4].map(
      (item) =>
        `${number},S${item},ITEM ${item},${item},2011-03-${day} 10:${String(index % 60).padStart(2, "0")}:00,${item}.50,${customer},${country}`,
    );
  }).flat();
}
