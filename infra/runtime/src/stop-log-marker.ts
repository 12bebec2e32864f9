/**
 * Is this directory the cell's stop log? A volume that was not mounted looks like a stop log in which nothing was ever stopped, and a service that
 * believed it would forget stops. So a file in the directory says whose it is, sealed with the cell's key, and an empty directory is believed only
 * by a database that holds no stop either.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Cell } from "@behest/contracts/ids";
import { StartRefused } from "./start-refused.ts";
import { segmentsOf } from "./stop-log-reader.ts";
import { type StopLogCipher, StopLogDamaged } from "./stop-log-record.ts";
import { syncDirectory } from "./stop-log-writer.ts";

const markerName = "cell.marker";

type Place = { directory: string; cell: Cell; cipher: StopLogCipher };

/** What the database shows of the cell's past. `restored`: older than what was known of it outside, so stops may have come after it. */
export type CellPast = { holdsStops: boolean; restored: boolean };

/** Throws StartRefused. A directory of a cell in which nothing was stopped yet gets its marker. */
export async function recogniseStopLog({ directory, cell, cipher }: Place, { holdsStops, restored }: CellPast): Promise<void> {
  const where = `the stop log of cell ${cell} in ${directory}`;
  const marker = await readFile(join(directory, markerName)).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ENOENT") return undefined;
    throw fault;
  });
  if (marker !== undefined && !opens(cipher, marker))
    throw new StartRefused(`${where} has the marker of another cell or key: mount the right volume, or set its key`);
  if ((await segmentsOf(directory)).length === 0) {
    if (holdsStops)
      throw new StartRefused(`${where} is empty, but the database holds stops that were written to it: mount its volume, or restore it`);
    if (restored && marker === undefined)
      throw new StartRefused(`${where} is not there, but the database is a restored one: mount its volume, or restore it`);
  }
  if (marker === undefined) await writeMarker(directory, cipher.seal(markerName, 0, Buffer.from(cell)));
}

function opens(cipher: StopLogCipher, marker: Buffer): boolean {
  try {
    return cipher.open(markerName, marker, 0).state === "record";
  } catch (fault) {
    if (fault instanceof StopLogDamaged) return false;
    throw fault;
  }
}

/** Whole or not at all; of two processes that start at once, both write the same truth. */
async function writeMarker(directory: string, bytes: Buffer): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const aside = join(directory, `.${randomUUID()}`);
  await using file = await open(aside, "wx", 0o600);
  await file.writeFile(bytes);
  await file.sync();
  await rename(aside, join(directory, markerName));
  await syncDirectory(directory);
}
