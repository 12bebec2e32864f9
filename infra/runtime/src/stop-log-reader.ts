/** Reads every segment of a stop log, its own and those of other processes, living or gone. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { stopEventKinds } from "@behest/contracts/events";
import { SubjectId } from "@behest/contracts/ids";
import { z } from "zod";
import { segmentHead, StopLogDamaged, type StopLogCipher } from "./stop-log-record.ts";
import { segmentSuffix } from "./stop-log-writer.ts";
import type { StopCheckpoint, StopEntry, StopPosition } from "./stop-log.ts";

const Entry = z.strictObject({
  id: z.string(),
  subject: SubjectId,
  kind: z.enum(stopEventKinds),
  purpose: z.string().exactOptional(),
  at: z.string(),
  body: z.json(),
});

type Options = { directory: string; cipher: StopLogCipher };

export function stopLogReader({ directory, cipher }: Options): (after?: StopCheckpoint) => AsyncGenerator<StopEntry & StopPosition> {
  return async function* entries(after = new Map()) {
    const segments = await segmentsOf(directory);
    for (const [segment, bytes] of after)
      if (!segments.includes(segment))
        throw new StopLogDamaged(segment, 0, `the segment is gone, but the database has seen ${bytes} bytes of it`);
    for (const segment of segments) {
      const from = after.get(segment) ?? 0;
      const path = join(directory, segment + segmentSuffix);
      if (from > 0 && (await stat(path)).size === from) continue;
      yield* entriesOf(segment, await readFile(path), from, cipher);
    }
  };
}

/** Ids are UUIDv7, so their order is that of their birth. No directory: none, and whether that can be is for `recogniseStopLog` to say. */
export async function segmentsOf(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ENOENT") return [];
    throw fault;
  });
  return names
    .filter((name) => name.endsWith(segmentSuffix))
    .map((name) => name.slice(0, -segmentSuffix.length))
    .toSorted();
}

function* entriesOf(segment: string, bytes: Buffer, from: number, cipher: StopLogCipher): Generator<StopEntry & StopPosition> {
  const head = bytes.subarray(0, segmentHead.length);
  if (!head.equals(segmentHead.subarray(0, head.length))) throw new StopLogDamaged(segment, 0, "this is no stop log segment");
  if (bytes.length < from)
    throw new StopLogDamaged(segment, bytes.length, `the segment ends here, but the database has seen ${from} bytes of it`);
  // A process that died while it created the segment leaves less than the head.
  if (bytes.length < segmentHead.length) return;
  let offset = Math.max(from, segmentHead.length);
  let expected = from > segmentHead.length ? undefined : 0;
  for (;;) {
    const read = cipher.open(segment, bytes, offset);
    if (read.state !== "record") return;
    if (expected !== undefined && read.sequence !== expected) {
      throw new StopLogDamaged(segment, offset, `record ${read.sequence} stands where ${expected} belongs`);
    }
    yield { ...parse(segment, offset, read.plain), segment, offset: read.next, sequence: read.sequence };
    expected = read.sequence + 1;
    offset = read.next;
  }
}

function parse(segment: string, offset: number, plain: Buffer): StopEntry {
  const entry = Entry.safeParse(JSON.parse(plain.toString("utf8")));
  if (!entry.success) throw new StopLogDamaged(segment, offset, "the record is no stop that this version knows");
  return entry.data;
}
