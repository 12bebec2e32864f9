/**
 * A row as the text that is hashed, the same whether it is about to be written (JavaScript values) or was read back for verification (columns).
 * Every scalar is a string in PostgreSQL's own words; JSON and arrays stay JSON.
 */
import { sql, type SQL } from "drizzle-orm";

export type ChainJson = null | boolean | number | string | readonly ChainJson[] | { readonly [name: string]: ChainJson | undefined };
/** Numeric and date columns are passed as text, JSON columns as objects or arrays, `timestamptz` as Date. */
export type ChainValue = undefined | bigint | Date | Uint8Array | ChainJson;
export type ChainContent = Readonly<Record<string, ChainValue>>;

/** What goes into the hash for values that are about to be written. */
export function contentOf(content: ChainContent): Record<string, ChainJson> {
  const kept: Record<string, ChainJson> = {};
  for (const [name, value] of Object.entries(content)) {
    if (value !== undefined && value !== null) kept[name] = toHashed(value);
  }
  return kept;
}

function toHashed(value: Exclude<ChainValue, undefined | null>): ChainJson {
  if (value instanceof Date) return value.toISOString().replace(/\.(\d{3})Z$/, ".$1000Z");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "object") return throughJson(value);
  return String(value);
}

/** As a json column would hold it: without undefined members. */
const throughJson = (value: object): ChainJson => JSON.parse(JSON.stringify(value));

/** How a column type is read back: an SQL text expression, and what that text is in the hash. */
type Reading = { expression: (column: SQL) => SQL; hashed: (text: string) => ChainJson };

const asText: Reading = { expression: (column) => sql`${column}::text`, hashed: (text) => text };
const asJson: Reading = { expression: (column) => sql`to_json(${column})::text`, hashed: (text) => JSON.parse(text) };
const readings: Record<string, Reading> = {
  text: asText,
  varchar: asText,
  uuid: asText,
  bool: asText,
  int2: asText,
  int4: asText,
  int8: asText,
  numeric: asText,
  date: asText,
  float8: { ...asText, hashed: (text) => String(Number(text)) },
  // To the microsecond, which a Date would drop and a forger could use.
  timestamptz: { ...asText, expression: (column) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` },
  bytea: { ...asText, expression: (column) => sql`encode(${column}, 'hex')` },
  json: asJson,
  jsonb: asJson,
};

export type ChainColumn = {
  name: string;
  /** pg_type.typname; arrays begin with an underscore */ type: string;
  /** pg_type.typtype */ typeKind: string;
};

/** Throws for a type whose text form is not fixed here: a chained table must not use it. */
function readingOf(column: ChainColumn): Reading {
  if (column.typeKind === "e") return asText;
  const reading = column.type.startsWith("_") ? asJson : readings[column.type];
  if (!reading) throw new Error(`column ${column.name}: a chained table can't hold the type ${column.type}`);
  return reading;
}

/** Select list that reads the columns as text under their own names. */
export function readList(columns: readonly ChainColumn[]): SQL {
  const parts = columns.map(
    (column) => sql`${readingOf(column).expression(sql`${sql.identifier(column.name)}`)} as ${sql.identifier(column.name)}`,
  );
  return sql.join(parts, sql`, `);
}

/** What goes into the hash for a row read by `readList`. */
export function contentRead(columns: readonly ChainColumn[], row: Readonly<Record<string, string | null>>): Record<string, ChainJson> {
  const content: Record<string, ChainJson> = {};
  for (const column of columns) {
    const text = row[column.name];
    if (text !== null && text !== undefined) content[column.name] = readingOf(column).hashed(text);
  }
  return content;
}
