import { randomBytes } from "node:crypto";
import { appendFile, copyFile, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test as propertyTest } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { newId, newSubjectId } from "./id.ts";
import { missingStops } from "./stop-log-replay.ts";
import { openStopLog, type StopEntry, type StopLog } from "./stop-log.ts";
import { fixedClock } from "./testing/clock.ts";
import { collect } from "./testing/collect.ts";

vi.setConfig({ testTimeout: 60_000 }); // hundreds of fsyncs
const clock = fixedClock(new Date("2026-03-01T10:00:00Z"));
const key = randomBytes(32).toString("base64url");
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "stops-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (options: { key?: string; cell?: "eu" | "uk"; segmentBytesMax?: number } = {}): StopLog =>
  openStopLog({ directory, cell: "eu", key, clock, ...options });
const stop = (): StopEntry => ({
  id: newId(clock),
  subject: newSubjectId("eu", clock),
  kind: "withdrawn",
  purpose: "marketing-email",
  at: clock.now().toISOString(),
  body: { by: "subject" },
});
async function written(count: number): Promise<StopEntry[]> {
  const log = open();
  const stops = Array.from({ length: count }, stop);
  await Promise.all(stops.map((entry) => log.append(entry)));
  await log.close();
  return stops;
}
async function onlySegment(): Promise<string> {
  const [name = "", ...others] = await readdir(directory);
  expect(others).toEqual([]);
  return join(directory, name);
}
const read = async (log = open()): Promise<string[]> => (await collect(log.entries())).map((entry) => entry.id);

test("STOPLOG-1: what was appended is read back entry for entry, in order, by another process's log", async () => {
  const stops = await written(40);
  const entries = await collect(open().entries());
  expect(entries).toEqual(
    stops.map((entry, sequence) => ({ ...entry, sequence, segment: expect.any(String), offset: expect.any(Number) })),
  );
});

test("STOPLOG-1: an empty or absent directory holds no stops", async () => {
  await rm(directory, { recursive: true });
  expect(await read()).toEqual([]);
});

test("STOPLOG-2: nothing of a stop is readable on disk", async () => {
  const [entry] = await written(1);
  const bytes = (await readFile(await onlySegment())).toString("latin1");
  for (const word of [entry?.subject ?? "", entry?.id ?? "", "withdrawn", "marketing"]) expect(bytes).not.toContain(word);
});

test("STOPLOG-3: two logs on one directory never write the same segment", async () => {
  const [one, other] = [open(), open()];
  const places = await Promise.all([one.append(stop()), other.append(stop())]);
  expect(new Set(places.map((place) => place.segment)).size).toBe(2);
  await Promise.all([one.close(), other.close()]);
  expect(await read()).toHaveLength(2);
});

test("STOPLOG-3: a full segment is left and the next begun", async () => {
  const log = open({ segmentBytesMax: 600 });
  for (let count = 0; count < 10; count += 1) await log.append(stop());
  await log.close();
  expect((await readdir(directory)).length).toBeGreaterThan(2);
  expect(await read()).toHaveLength(10);
});

test("STOPLOG-3: a process goes on after a write that failed, in a new segment, and the failed stop is not acknowledged", async () => {
  const log = open();
  await log.append(stop());
  await log.close();
  await expect(log.append(stop())).rejects.toThrow("closed");
  await rm(directory, { recursive: true });
  await writeFile(directory, "a file where the directory belongs");
  const blocked = open();
  await expect(blocked.append(stop())).rejects.toThrow();
  await rm(directory);
  await expect(blocked.append(stop())).resolves.toMatchObject({ sequence: 0 });
  await blocked.close();
});

propertyTest.prop([fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })], { numRuns: 40 })(
  "STOPLOG-4: a segment cut anywhere loses only what lay behind the cut, and never errs",
  async (where) => {
    await rm(directory, { recursive: true, force: true });
    const stops = await written(5);
    const path = await onlySegment();
    const size = (await readFile(path)).length;
    const offsets = (await collect(open().entries())).map((entry) => entry.offset);
    const cut = Math.floor(size * where);
    await truncate(path, cut);
    expect(await read()).toEqual(stops.map((entry) => entry.id).slice(0, offsets.filter((offset) => offset <= cut).length));
  },
);

test("STOPLOG-4: a tail that was lengthened but never filled is a torn tail", async () => {
  const stops = await written(3);
  await appendFile(await onlySegment(), Buffer.alloc(4096));
  expect(await read()).toEqual(stops.map((entry) => entry.id));
});

propertyTest.prop([fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 })], { numRuns: 80 })(
  "STOPLOG-5: any flipped byte is an error that names segment and byte",
  async (where, flip) => {
    await rm(directory, { recursive: true, force: true });
    await written(4);
    const path = await onlySegment();
    const bytes = await readFile(path);
    const at = Math.floor(bytes.length * where);
    bytes.writeUInt8(bytes.readUInt8(at) ^ flip, at);
    await writeFile(path, bytes);
    await expect(read()).rejects.toMatchObject({
      name: "StopLogDamaged",
      message: expect.stringMatching(/^stop log segment [0-9a-f-]{36}, byte \d+: /),
    });
  },
);

test("STOPLOG-5: a record removed from the middle, and one moved to another segment, are errors", async () => {
  await written(3);
  const path = await onlySegment();
  const [first, second] = await collect(open().entries());
  const bytes = await readFile(path);
  const without = Buffer.concat([bytes.subarray(0, first?.offset), bytes.subarray(second?.offset)]);
  await writeFile(path, without);
  await expect(read()).rejects.toThrow("record 2 stands where 1 belongs");
  await writeFile(path, bytes);
  await rename(path, join(directory, `${newId(clock)}.stops`));
  await expect(read()).rejects.toThrow("does not open");
});

test("STOPLOG-5: another key and another cell open nothing", async () => {
  await written(1);
  await expect(read(open({ key: randomBytes(32).toString("base64url") }))).rejects.toThrow("wrong key");
  await expect(read(open({ cell: "uk" }))).rejects.toThrow("another cell");
  expect(() => open({ key: "short" })).toThrow("32 bytes");
});

test("STOPLOG-6: replay reports exactly the stops that the database lacks, and a checkpoint behind which nothing is asked again", async () => {
  const stops = await written(25);
  const lacking = new Set([stops[3]?.id, stops[20]?.id]);
  const asked: string[] = [];
  const exists = (ids: string[]): Promise<Set<string>> => {
    asked.push(...ids);
    return Promise.resolve(new Set(ids.filter((id) => !lacking.has(id))));
  };
  const reached = new Map<string, number>();
  const missing: string[] = [];
  for await (const batch of missingStops(open(), exists, new Map(), 10)) {
    missing.push(...batch.missing.map((entry) => entry.id));
    for (const [segment, offset] of batch.reached) reached.set(segment, offset);
  }
  expect(missing).toEqual([...lacking]);
  expect(asked).toEqual(stops.map((entry) => entry.id));

  const [later] = await written(1);
  asked.length = 0;
  for await (const batch of missingStops(open(), exists, reached)) expect(batch.missing).toEqual([]);
  expect(asked).toEqual([later?.id]);
});

test("STOPLOG-6: a replay goes on in the middle of a segment", async () => {
  const stops = await written(5);
  const [, second] = await collect(open().entries());
  const after = new Map([[second?.segment ?? "", second?.offset ?? 0]]);
  const rest = await collect(open().entries(after));
  expect(rest.map((entry) => entry.id)).toEqual(stops.slice(2).map((entry) => entry.id));
});

test("STOPLOG-6: a segment that is gone is an error, where the database has seen some of it", async () => {
  await written(2);
  const last = (await collect(open().entries())).at(-1);
  const after = new Map([[last?.segment ?? "", last?.offset ?? 0]]);
  await rm(await onlySegment());
  await expect(collect(open().entries(after))).rejects.toThrow(/^stop log segment [0-9a-f-]{36}, byte 0: the segment is gone/);
  await rm(directory, { recursive: true });
  await expect(collect(open().entries(after))).rejects.toThrow("the segment is gone");
});

const [fresh, stopped, restored] = [
  { holdsStops: false, restored: false },
  { holdsStops: true, restored: false },
  { holdsStops: false, restored: true },
];
describe("STOPLOG-7: a directory that can't be the cell's stop log is refused in one line", () => {
  test("STOPLOG-7: a fresh cell gets its marker, is known by it again, and an empty directory is right for as long as nothing was stopped", async () => {
    await rm(directory, { recursive: true });
    await open().recognise(fresh);
    expect(await readdir(directory)).toEqual(["cell.marker"]);
    await open().recognise(fresh);
    await written(1);
    await open().recognise(stopped);
    expect(await read()).toHaveLength(1);
  });

  test("STOPLOG-7: nothing there, or nothing but the marker, for a database that holds stops", async () => {
    await expect(open().recognise(stopped)).rejects.toThrow(/^the stop log of cell eu in .* is empty, but the database holds stops/);
    await rm(directory, { recursive: true });
    await expect(open().recognise(stopped)).rejects.toThrow("is empty");
    await open().recognise(fresh);
    await expect(open().recognise(stopped)).rejects.toThrow("is empty");
  });

  test("STOPLOG-7: nothing there for a restored database, for stops may have come after it; the marker says that nothing has", async () => {
    await expect(open().recognise(restored)).rejects.toThrow(
      /^the stop log of cell eu in .* is not there, but the database is a restored one/,
    );
    await open().recognise(fresh);
    await open().recognise(restored);
  });

  test("STOPLOG-7: the marker of another cell, another key, or no marker at all in its place", async () => {
    await open().recognise(fresh);
    await expect(open({ cell: "uk" }).recognise(fresh)).rejects.toThrow(
      /^the stop log of cell uk in .* has the marker of another cell or key/,
    );
    await expect(open({ key: randomBytes(32).toString("base64url") }).recognise(fresh)).rejects.toThrow("another cell or key");
    await truncate(join(directory, "cell.marker"), 0);
    await expect(open().recognise(fresh)).rejects.toThrow("another cell or key");
  });

  test("STOPLOG-7: a log from before there were markers is known by its segments, and gets one", async () => {
    await written(1);
    await open().recognise(stopped);
    expect(await readdir(directory)).toContain("cell.marker");
  });
});

test("STOPLOG-6: a segment shorter than the database has seen is an error", async () => {
  await written(5);
  const path = await onlySegment();
  const last = (await collect(open().entries())).at(-1);
  await copyFile(path, `${path}.aside`);
  await truncate(path, (last?.offset ?? 0) - 1);
  const after = new Map([[last?.segment ?? "", last?.offset ?? 0]]);
  await expect(collect(open().entries(after))).rejects.toThrow("the database has seen");
});
