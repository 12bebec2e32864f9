/** Streams a delimited file, packed with gzip or not, as records. Memory does not grow with the file. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { PassThrough, Transform, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { CsvError, parse } from "csv-parse";
import { ImportFault } from "./import-fault.ts";
import type { Field, Mapping } from "./mapping.ts";

/** A record that is longer has lost its closing quote. */
const recordCharactersMax = 64 * 1024;

export type FileRecord = { fields: string[]; lastLine: number };
export type FileReader = {
  /** Where each field of the mapping stands; known once the first record was read. */
  positions: Readonly<Record<Field, number>>;
  records: AsyncIterable<FileRecord>;
  /** SHA-256 of the unpacked bytes, once all records were read. */
  digest: () => string;
};

/** Throws ImportFault when the file, its packing, its header or its quotes are broken. `onBytes` hears of the bytes read from disk. */
export async function readFile(path: string, mapping: Mapping, onBytes: (bytes: number) => void): Promise<FileReader> {
  const packed = await isGzip(path);
  const digest = createHash("sha256");
  const decoder = new TextDecoder(mapping.format.encoding, { fatal: true });
  const decode = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      digest.update(chunk);
      attempt(done, () => decoder.decode(chunk, { stream: true }));
    },
    flush(done) {
      attempt(done, () => decoder.decode());
    },
  });
  const parser = parse({
    delimiter: mapping.format.delimiter,
    quote: mapping.format.quote,
    skip_empty_lines: true,
    max_record_size: recordCharactersMax,
    // The line number travels as one more field: the stream has no other place for it.
    on_record: (fields, context) => [...fields, String(context.lines)],
  });
  const disk = createReadStream(path);
  disk.on("data", (chunk) => onBytes(chunk.length));
  // The iterator below reports the error; pipeline only has to pass it on.
  pipeline(disk, packed ? createGunzip() : new PassThrough(), decode, parser, () => undefined);

  const records = readable(parser);
  const header = await records.next();
  if (header.done) throw new ImportFault("The file is empty.");
  return { positions: positionsOf(header.value.fields, mapping), records, digest: () => digest.digest("hex") };
}

/** The first line of a record; `lastLine` is where it ends. */
export function firstLine(record: FileRecord): number {
  return record.lastLine - record.fields.reduce((breaks, field) => breaks + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

async function* readable(parser: AsyncIterable<string[]>): AsyncGenerator<FileRecord, void> {
  try {
    for await (const fields of parser) {
      const lastLine = Number(fields.pop());
      yield { fields, lastLine };
    }
  } catch (error) {
    throw faultOf(error);
  }
}

async function isGzip(path: string): Promise<boolean> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } catch (error) {
    throw new ImportFault(`The file ${path} can't be read.`, error);
  }
}

function positionsOf(header: readonly string[], mapping: Mapping): Readonly<Record<Field, number>> {
  const names = header.map((name) => name.trim());
  const missing = Object.values(mapping.columns).filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new ImportFault(
      // Where the line of columns itself is missing, the first line is somebody's order: what stands in it is not repeated.
      `Wrong columns: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing in the first line, which has ${names.length} fields.`,
    );
  }
  const twice = Object.values(mapping.columns).filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice.length > 0) throw new ImportFault(`Wrong columns: ${twice.join(", ")} stands more than once in the first line.`);
  const at = (field: Field): number => names.indexOf(mapping.columns[field]);
  return {
    invoice: at("invoice"),
    stockCode: at("stockCode"),
    description: at("description"),
    quantity: at("quantity"),
    invoicedAt: at("invoicedAt"),
    unitPrice: at("unitPrice"),
    customer: at("customer"),
    country: at("country"),
  };
}

function attempt(done: (error: Error | null, chunk?: string) => void, decode: () => string): void {
  try {
    done(null, decode());
  } catch (error) {
    done(new ImportFault("The file is not in the encoding that the mapping names (format.encoding).", error));
  }
}

/** The parsers' own messages may quote the file, so only their codes and line numbers are passed on. */
function faultOf(error: unknown): unknown {
  if (error instanceof ImportFault) return error;
  if (error instanceof CsvError) {
    const line = typeof error["lines"] === "number" ? ` at line ${error["lines"]}` : "";
    switch (error.code) {
      case "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH":
        return new ImportFault(`Wrong columns${line}: it has another number of fields than the first line.`);
      case "CSV_MAX_RECORD_SIZE":
        return new ImportFault(
          `Broken quotes${line}: a record is longer than ${recordCharactersMax} characters, so a quote was probably not closed before.`,
        );
      default:
        return new ImportFault(`Broken quotes${line} (${error.code}).`);
    }
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "Z_BUF_ERROR") return new ImportFault("The gzip file is cut off: it ends before its data do.");
  if (typeof code === "string" && code.startsWith("Z_")) return new ImportFault(`The gzip file is damaged (${code}).`);
  return error;
}
