/** Appends to segments that belong to this process alone, many appends under one fsync (group commit). */
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "./clock.ts";
import { newId } from "./id.ts";
import { plainBytesMax, segmentHead, type StopLogCipher } from "./stop-log-record.ts";
import type { StopEntry, StopPosition } from "./stop-log.ts";

export const segmentSuffix = ".stops";

type Waiting = { plain: Buffer; resolve: (position: StopPosition) => void; reject: (fault: unknown) => void };
type Segment = { id: string; file: FileHandle; size: number; sequence: number };
type Options = { directory: string; cipher: StopLogCipher; clock: Clock; segmentBytesMax: number };

export function stopLogWriter({ directory, cipher, clock, segmentBytesMax }: Options): {
  append(entry: StopEntry): Promise<StopPosition>;
  close(): Promise<void>;
} {
  let waiting: Waiting[] = [];
  let segment: Segment | undefined;
  let running: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (segment && segment.size >= segmentBytesMax) await leave();
        segment ??= await begin(directory, newId(clock));
        const positions = await write(segment, cipher, batch);
        for (const [index, position] of positions.entries()) batch[index]?.resolve(position);
      } catch (fault) {
        // After a failed write or fsync nobody knows what of the file is on disk: it is never written again, the next append begins another.
        await leave().catch(() => undefined);
        for (const one of batch) one.reject(fault);
      }
    }
    running = undefined;
  }
  async function leave(): Promise<void> {
    const left = segment;
    segment = undefined;
    await left?.file.close();
  }

  return {
    append(entry) {
      if (closed) return Promise.reject(new Error("the stop log is closed"));
      const plain = Buffer.from(JSON.stringify(entry));
      if (plain.length > plainBytesMax) return Promise.reject(new Error(`a stop of ${plain.length} bytes; the log takes ${plainBytesMax}`));
      return new Promise((resolve, reject) => {
        waiting.push({ plain, resolve, reject });
        // Started in a microtask, so that appends made in the same turn share the first fsync too.
        running ??= Promise.resolve().then(drain);
      });
    },
    async close() {
      closed = true;
      await running;
      await leave();
    },
  };
}

async function begin(directory: string, id: string): Promise<Segment> {
  const made = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncDirectory(dirname(made));
  // `wx`: a segment that exists is somebody else's.
  const file = await open(join(directory, id + segmentSuffix), "wx", 0o600);
  try {
    await file.appendFile(segmentHead);
    // Without this the file's name may be lost in a crash although its bytes were synced.
    await syncDirectory(directory);
  } catch (fault) {
    await file.close();
    throw fault;
  }
  return { id, file, size: segmentHead.length, sequence: 0 };
}

async function write(segment: Segment, cipher: StopLogCipher, batch: readonly Waiting[]): Promise<StopPosition[]> {
  const records: Buffer[] = [];
  const positions: StopPosition[] = [];
  for (const { plain } of batch) {
    const record = cipher.seal(segment.id, segment.sequence, plain);
    segment.size += record.length;
    records.push(record);
    positions.push({ segment: segment.id, offset: segment.size, sequence: segment.sequence });
    segment.sequence += 1;
  }
  await segment.file.appendFile(Buffer.concat(records));
  await segment.file.datasync();
  return positions;
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
