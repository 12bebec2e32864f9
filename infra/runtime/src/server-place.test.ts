import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dataPlaceOf, prepareDataPlace, programsPlaceOf } from "./server-place.ts";

const asRoot = process.getuid?.() === 0;
let closed: string;
beforeEach(() => {
  closed = mkdtempSync(join(tmpdir(), "behest-closed-"));
  chmodSync(closed, 0o700);
});
afterEach(() => rmSync(closed, { recursive: true, force: true }));

test("a directory that everybody may enter is used as it is, and so is any when the server runs as ourselves", () => {
  chmodSync(closed, 0o755);
  expect(dataPlaceOf(join(closed, "data"))).toBe(join(closed, "data"));
  expect(programsPlaceOf(closed)).toBe(closed);
});

test("below a directory that is closed to others, root's server keeps data and programs where its user can enter", () => {
  const native = join(closed, "native");
  mkdirSync(join(native, "bin"), { recursive: true });
  writeFileSync(join(native, "bin/postgres"), "program", { mode: 0o755 });
  prepareDataPlace(join(closed, "data"));
  const [data, programs] = [dataPlaceOf(join(closed, "data")), programsPlaceOf(native)];
  expect([data.startsWith(closed), programs.startsWith(closed)]).toEqual([!asRoot, !asRoot]);
  expect(existsSync(join(programs, "bin/postgres"))).toBe(true);
  // Others may pass and not write; what is our own stays as closed as it was.
  for (const place of [dirname(data), dirname(programs)]) expect(statSync(place).mode & 0o777).toBe(asRoot ? 0o755 : 0o700);
  if (asRoot) for (const place of [dirname(data), dirname(programs)]) rmSync(place, { recursive: true, force: true });
});
