import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ImportFault } from "./import-fault.ts";
import { Mapping } from "./mapping.ts";
import { firstLine, readFile } from "./read-file.ts";
import { header, scratchFolder, shopMapping } from "./testing/shop-file.ts";

const secret = "SECRET-VALUE";
const line = `536365,85123A,${secret},6,2010-12-01 08:26:00,2.55,17850,United Kingdom`;

async function read(path: string, mapping = shopMapping.mapping): Promise<{ fields: string[]; line: number }[]> {
  const file = await readFile(path, mapping, () => undefined);
  const records = [];
  for await (const record of file.records) records.push({ fields: record.fields, line: firstLine(record) });
  return records;
}

/** The message of the fault, which must not repeat a value of the file. */
async function faultOf(path: string, mapping = shopMapping.mapping): Promise<string> {
  const error: unknown = await read(path, mapping).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ImportFault);
  const message = error instanceof Error ? error.message : "";
  expect(message).not.toContain(secret);
  return message;
}

test("CRM-2 wrong columns are named in one message", async () => {
  using folder = scratchFolder();
  expect(await faultOf(folder.write("a.csv", `InvoiceNo,StockCode,Quantity\n1,2,3\n`))).toMatch(
    /^Wrong columns: Description, InvoiceDate, UnitPrice, CustomerID, Country are missing in the first line, which has 3 fields/,
  );
  expect(await faultOf(folder.write("b.csv", `${header}\n${line}\n${line},9\n`))).toMatch(/^Wrong columns at line 3/);
  expect(await faultOf(folder.write("c.csv", `${header},Country\n${line},France\n`))).toMatch(/Country stands more than once/);
  expect(await faultOf(folder.write("d.csv", ""))).toBe("The file is empty.");
  expect(await faultOf("/nowhere/e.csv")).toMatch(/can't be read/);
});

test("CRM-2 of a file without its line of columns nothing is repeated but how many fields it has", async () => {
  using folder = scratchFolder();
  expect(await faultOf(folder.write("a.csv", `${line}\n${line}\n`))).toBe(
    "Wrong columns: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country are missing in the first line, which has 8 fields.",
  );
});

test("CRM-2 broken quotes are named with their line, and a quote that never closes does not fill the memory", async () => {
  using folder = scratchFolder();
  const rest = Array.from({ length: 5_000 }, () => line).join("\n");
  expect(await faultOf(folder.write("a.csv", `${header}\n${line}\n1,2,"${secret}"x,4,5,6,7,8\n`))).toMatch(/^Broken quotes at line 3/);
  expect(await faultOf(folder.write("b.csv", `${header}\n${line}\n1,2,x"${secret}",4,5,6,7,8\n`))).toMatch(/^Broken quotes at line 3/);
  expect(await faultOf(folder.write("c.csv", `${header}\n${line}\n1,2,"${secret},4,5,6,7,8\n`))).toMatch(/^Broken quotes at line 3/);
  expect(await faultOf(folder.write("d.csv", `${header}\n1,2,"${secret},4,5,6,7,8\n${rest}`))).toMatch(
    /^Broken quotes.*a quote was probably not closed/,
  );
});

test("CRM-2 a gzip file that is cut off or damaged is said to be so", async () => {
  using folder = scratchFolder();
  const packed = gzipSync(
    `${header}\n${Array.from({ length: 2_000 }, (_, index) => line.replace("536365", String(index * 7919))).join("\n")}\n`,
  );
  expect(await read(folder.write("whole.csv.gz", packed))).toHaveLength(2_000);
  expect(await faultOf(folder.write("cut.csv.gz", packed.subarray(0, Math.floor(packed.length / 2))))).toMatch(/^The gzip file is cut off/);
  expect(await faultOf(folder.write("tail.csv.gz", packed.subarray(0, -4)))).toMatch(/^The gzip file is cut off/);
  const damaged = Buffer.from(packed);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 6) ^ 1, damaged.length - 6); // of the checksum
  expect(await faultOf(folder.write("damaged.csv.gz", damaged))).toMatch(/^The gzip file is damaged/);
});

test("CRM-2 bytes of another encoding are refused, and read with the right one", async () => {
  using folder = scratchFolder();
  const path = folder.write("latin.csv", Buffer.from(`${header}\n1,2,Caf\u00e9,4,5,6,7,8\n`, "latin1"));
  expect(await faultOf(path)).toMatch(/encoding/);
  const latin = Mapping.parse({ ...shopMapping.mapping, format: { encoding: "windows-1252" } });
  expect((await read(path, latin))[0]?.fields[2]).toBe("Café");
});

test("CRM-6 a record's line number is where it begins, also after fields with line breaks, blank lines and a byte-order mark", async () => {
  using folder = scratchFolder();
  const records = await read(folder.write("a.csv", `\ufeff${header}\n${line}\n\n1,2,"a\nb\n",4,5,6,7,8\n9,2,c,4,5,6,7,8`));
  expect(records.map((record) => record.line)).toEqual([2, 4, 7]);
  expect(records[1]?.fields[2]).toBe("a\nb\n");
});
