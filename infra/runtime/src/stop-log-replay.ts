/** Finds the stops that a database does not have, and keeps in it how far that was verified. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Tx } from "./database.ts";
import type { StopCheckpoint, StopEntry, StopLog, StopPosition } from "./stop-log.ts";

/** `missing`: stops to write. `reached`: the checkpoint to write in the same transaction as them. */
export type StopBatch = { missing: ReadonlyArray<StopEntry & StopPosition>; reached: StopCheckpoint };

/**
 * Walks the log behind `after` and asks `exists` (ids of ledger events → those that are committed) batch by batch.
 * Write `missing` and `reached` in one transaction: then a dump restored later carries the checkpoint of its own age and claims no more than it holds.
 * A stop that another process has appended and not yet committed is reported too, so write it with `on conflict do nothing`.
 */
export async function* missingStops(
  log: Pick<StopLog, "entries">,
  exists: (ids: string[]) => Promise<Set<string>>,
  after: StopCheckpoint,
  batchEntriesMax = 500,
): AsyncGenerator<StopBatch> {
  let batch: Array<StopEntry & StopPosition> = [];
  const settle = async (): Promise<StopBatch> => {
    const known = await exists(batch.map((entry) => entry.id));
    const settled = { missing: batch.filter((entry) => !known.has(entry.id)), reached: reachedBy(batch) };
    batch = [];
    return settled;
  };
  for await (const entry of log.entries(after)) {
    batch.push(entry);
    if (batch.length === batchEntriesMax) yield await settle();
  }
  if (batch.length > 0) yield await settle();
}

function reachedBy(batch: ReadonlyArray<StopPosition>): StopCheckpoint {
  return new Map(batch.map(({ segment, offset }) => [segment, offset]));
}

const CheckpointRows = z.array(z.object({ segment: z.string(), verified_bytes: z.coerce.number() }));

/** The checkpoint kept in this service's schema (table `stop_checkpoint`). */
export async function readStopCheckpoint(tx: Tx): Promise<StopCheckpoint> {
  const rows = CheckpointRows.parse([...(await tx.execute(sql`select segment, verified_bytes from stop_checkpoint`))]);
  return new Map(rows.map((row) => [row.segment, row.verified_bytes]));
}

/** Moves the checkpoint forward; two processes that replay at once never move it back. */
export async function writeStopCheckpoint(tx: Tx, reached: StopCheckpoint): Promise<void> {
  for (const [segment, offset] of reached) {
    await tx.execute(sql`
      insert into stop_checkpoint (segment, verified_bytes) values (${segment}, ${offset})
      on conflict (segment) do update set verified_bytes = greatest(stop_checkpoint.verified_bytes, excluded.verified_bytes)`);
  }
}
