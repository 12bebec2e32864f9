/** What a shop's file looks like. Another shop's file needs another mapping and no other program. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ImportFault } from "./import-fault.ts";
import { wallClock } from "./wall-clock.ts";

const Header = z.string().trim().min(1);

export const Mapping = z.strictObject({
  /** Whose file it is; with the file's own keys it names customers and orders. */
  source: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  format: z.strictObject({
    delimiter: z.string().length(1).default(","),
    quote: z.string().length(1).default('"'),
    encoding: z.enum(["utf-8", "windows-1252"]).default("utf-8"),
    decimal: z.enum([".", ","]).default("."),
  }),
  /** Which header holds which field. Columns that are not named here are not read. */
  columns: z.strictObject({
    invoice: Header,
    stockCode: Header,
    description: Header,
    quantity: Header,
    invoicedAt: Header,
    unitPrice: Header,
    customer: Header,
    country: Header,
  }),
  date: z
    .strictObject({ format: z.string().min(1), timeZone: z.string().min(1) })
    .refine(
      (date) => isWallClock(date.format, date.timeZone),
      "needs yyyy, MM and dd (HH, mm, ss at will) and an IANA time zone such as Europe/London",
    ),
  currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code such as GBP"),
  /** Invoices whose number begins so are cancellations. */
  cancellation: z.strictObject({ invoicePrefix: z.string().min(1) }).optional(),
});
export type Mapping = z.infer<typeof Mapping>;
export type Field = keyof Mapping["columns"];

export type NamedMapping = { name: string; digest: string; mapping: Mapping };

/** Reads a mapping file. Throws one ImportFault that lists everything wrong with it. */
export function readMapping(path: string): NamedMapping {
  const text = textOf(path);
  const result = Mapping.safeParse(yamlOf(path, text));
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join(".") || "(top)"}: ${issue.message}`);
    throw new ImportFault(`The mapping ${path} is not right: ${faults.join("; ")}`);
  }
  const mapping = result.data;
  return { name: basename(path), digest: createHash("sha256").update(JSON.stringify(mapping)).digest("hex"), mapping };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ImportFault(`The mapping ${path} can't be read.`, error);
  }
}

function yamlOf(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ImportFault(`The mapping ${path} is not YAML: ${error instanceof Error ? error.message : "unreadable"}`);
  }
}

function isWallClock(format: string, timeZone: string): boolean {
  try {
    wallClock(format, timeZone);
    return true;
  } catch {
    return false;
  }
}
