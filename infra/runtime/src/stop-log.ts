/**
 * The stop log: stops kept outside the database, so that a restored backup forgets none of them.
 * A directory per cell of encrypted append-only segments; every process writes segments of its own and reads all.
 * A stop is appended and on disk before its database transaction commits: one stop too many is safe, one too few is not.
 */
import type { Cell, SubjectId } from "@behest/contracts/ids";
import type { stopEventKinds } from "@behest/contracts/events";
import type { Clock } from "./clock.ts";
import { type CellPast, recogniseStopLog } from "./stop-log-marker.ts";
import { stopLogReader } from "./stop-log-reader.ts";
import { stopLogCipher } from "./stop-log-record.ts";
import { stopLogWriter } from "./stop-log-writer.ts";

export type StopKind = (typeof stopEventKinds)[number];
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** `id`: the event's id in the ledger, the idempotency key of a replay. `at`: ISO 8601 instant. `body`: what the ledger needs to write it again. */
export type StopEntry = { id: string; subject: SubjectId; kind: StopKind; purpose?: string; at: string; body: Json };

/** Where an entry stands. `offset`: byte just behind it, so a checkpoint at this offset includes it. `sequence` counts from 0 in each segment. */
export type StopPosition = { segment: string; offset: number; sequence: number };

/** For each segment the byte up to which every entry is known to be in the database. */
export type StopCheckpoint = ReadonlyMap<string, number>;

export type StopLog = {
  /**
   * To be called before the first entry is read: an empty directory may be a volume that was not mounted, and not a cell in which nothing was
   * stopped. Throws StartRefused with one line for the operator.
   */
  recognise(past: CellPast): Promise<void>;
  /** Resolves when the entry is on disk (fsync); appends that wait together share one fsync. */
  append(entry: StopEntry): Promise<StopPosition>;
  /** Every entry of every segment behind the checkpoint, oldest segment first. Throws StopLogDamaged. */
  entries(after?: StopCheckpoint): AsyncIterable<StopEntry & StopPosition>;
  /** Waits for appends under way. */
  close(): Promise<void>;
};

/** `key`: 32 bytes, base64url. `segmentBytesMax`: a segment that has reached it is closed and the next begun. */
export type StopLogOptions = { directory: string; cell: Cell; key: string; clock: Clock; segmentBytesMax?: number };

export function openStopLog({ directory, cell, key, clock, segmentBytesMax = 16 * 1024 * 1024 }: StopLogOptions): StopLog {
  const cipher = stopLogCipher({ cell, key });
  const writer = stopLogWriter({ directory, cipher, clock, segmentBytesMax });
  const recognise = (past: CellPast) => recogniseStopLog({ directory, cell, cipher }, past);
  return { recognise, append: writer.append, entries: stopLogReader({ directory, cipher }), close: writer.close };
}
