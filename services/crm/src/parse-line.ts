/** One record of a file becomes one line of an invoice, or the reason why it can't. Pure. */
import { hash } from "node:crypto";
import type { Field, Mapping } from "./mapping.ts";
import { wallClock } from "./wall-clock.ts";

export type Line = {
  number: string;
  kind: "order" | "cancellation";
  /** The shop's own key of the customer; null: the line belongs to nobody. */
  customer: string | null;
  countryAsGiven: string | null;
  stockCode: string;
  description: string | null;
  /** Decimals in their shortest form, so that 2.10 and 2.1 are the same content. */
  quantity: string;
  unitPrice: string;
  invoicedAt: Date;
};
export type Rejection = { reason: string };
export type LineParser = (fields: readonly string[]) => Line | Rejection;

/** Keys are kept in indexes, which take no more than some 2,700 bytes: one that is longer would end the import half-way, each time again. */
const bounds = [
  { field: "invoice", name: "the invoice number", charactersMax: 200 },
  { field: "stockCode", name: "the stock code", charactersMax: 200 },
  { field: "description", name: "the description", charactersMax: 1_000 },
  { field: "customer", name: "the customer", charactersMax: 200 },
  { field: "country", name: "the country", charactersMax: 100 },
] as const;

/** `positions`: where each field stands in a record. Zero and negative prices and quantities are real and pass. */
export function lineParser(mapping: Mapping, positions: Readonly<Record<Field, number>>): LineParser {
  const readTime = wallClock(mapping.date.format, mapping.date.timeZone);
  const readDecimal = decimalReader(mapping.format.decimal);
  const prefix = mapping.cancellation?.invoicePrefix;
  return (fields) => {
    const of = (field: Field): string => fields[positions[field]] ?? "";
    const long = bounds.find(({ field, charactersMax }) => of(field).trim().length > charactersMax);
    if (long) return { reason: `${long.name} is longer than ${long.charactersMax} characters` };
    // PostgreSQL text can't hold it.
    if (fields.some((field) => field.includes("\u0000"))) return { reason: "it holds a NUL character" };
    const number = of("invoice").trim();
    if (number === "") return { reason: "the invoice number is missing" };
    const stockCode = of("stockCode").trim();
    if (stockCode === "") return { reason: "the stock code is missing" };
    const quantity = readDecimal(of("quantity").trim());
    if (quantity === undefined) return { reason: "the quantity is not a number" };
    const unitPrice = readDecimal(of("unitPrice").trim());
    if (unitPrice === undefined) return { reason: "the unit price is not a number" };
    const invoicedAt = readTime(of("invoicedAt").trim());
    if (invoicedAt === undefined) return { reason: `the date is not ${mapping.date.format}` };
    const kind = prefix !== undefined && number.startsWith(prefix) ? "cancellation" : "order";
    const description = of("description");
    return {
      number,
      kind,
      stockCode,
      quantity,
      unitPrice,
      invoicedAt,
      customer: of("customer").trim() || null,
      countryAsGiven: of("country").trim() || null,
      description: description === "" ? null : description,
    };
  };
}

/**
 * What a line is, apart from its place in the file: 32 hex digits. Customer and country are facts of the order, not of the line.
 * With its occurrence among equal lines of its invoice it is the line's key, so a re-ordered or overlapping file finds it again.
 */
export function contentHash(mapping: Mapping, line: Line): string {
  const content = [
    mapping.source,
    line.number,
    line.stockCode,
    line.description ?? "",
    line.quantity,
    mapping.currency,
    line.unitPrice,
    line.invoicedAt.toISOString(),
  ];
  return hash("sha256", content.join("\u0000"), "hex").slice(0, 32);
}

function decimalReader(point: "." | ","): (text: string) => string | undefined {
  const shape = point === "." ? /^([+-]?)(\d{1,18})(?:\.(\d{1,12}))?$/ : /^([+-]?)(\d{1,18})(?:,(\d{1,12}))?$/;
  return (text) => {
    const match = shape.exec(text);
    if (!match) return undefined;
    const whole = (match[2] ?? "0").replace(/^0+(?=\d)/, "");
    const fraction = (match[3] ?? "").replace(/0+$/, "");
    const size = fraction === "" ? whole : `${whole}.${fraction}`;
    return match[1] === "-" && size !== "0" ? `-${size}` : size;
  };
}
