/**
 * At start, before the first answer: every stop that the stop log holds and the database lacks is written again.
 * A database that is older than what was handed out before also begins a new epoch, so that no revision means two things.
 */
import { stopEventKinds } from "@behest/contracts/events";
import { type CheckpointPlace, readCheckpoints } from "@behest/runtime/audit-checkpoint";
import type { Clock } from "@behest/runtime/clock";
import type { Database, Tx } from "@behest/runtime/database";
import { StartRefused } from "@behest/runtime/start-refused";
import type { StopEntry, StopLog } from "@behest/runtime/stop-log";
import { missingStops, readStopCheckpoint, writeStopCheckpoint } from "@behest/runtime/stop-log-replay";
import { and, eq, gt, inArray } from "drizzle-orm";
import { beginWriting, type Ledger } from "./ledger.ts";
import { currentEpoch, readHeads } from "./ledger-read.ts";
import { epoch, subjectEvent } from "./schema.ts";
import { shardOf } from "./shard.ts";
import { factOfStop } from "./stops.ts";

export type Replay = { replayed: number; epoch: number; restored: boolean };
type Options = { database: Database; ledger: Ledger; stopLog: StopLog; checkpoints: Omit<CheckpointPlace, "table"> };

/** Throws StartRefused when stop log or checkpoints can't be what they should be, or Problem `unavailable` while the database can't be reached: then run it again. */
export async function replayStops({ database, ledger, stopLog, checkpoints }: Options): Promise<Replay> {
  const verified = await database.transact(readStopCheckpoint, { readOnly: true });
  let restored = await isOlder(database, checkpoints);
  await stopLog.recognise({ restored, holdsStops: verified.size > 0 || (await database.transact(holdsStops, { readOnly: true })) });
  if (restored) await database.transact((tx) => beginEpoch(tx, ledger.clock));
  let replayed = 0;
  for await (const { missing, reached } of missingStops(
    stopLog,
    (ids) => database.transact((tx) => recorded(tx, ids), { readOnly: true }),
    verified,
  )) {
    const written = await database.transact(async (tx) => {
      // A stop that another process is committing is not missing: lock first, then look again.
      const writing = await beginWriting(
        tx,
        ledger,
        missing.map(({ subject }) => subject),
      );
      const there = await recorded(
        tx,
        missing.map(({ id }) => id),
      );
      const lost: StopEntry[] = [];
      for (const entry of missing) if (!there.has(entry.id) && !(await isSuperseded(tx, entry))) lost.push(entry);
      if (lost.length > 0 && !restored) writing.inEpoch(await beginEpoch(tx, ledger.clock));
      for (const entry of lost)
        await writing.append(entry.subject, factOfStop(entry), { actor: "service", client: "consent", references: ["stop-log"] }, entry);
      await writing.flush();
      await writeStopCheckpoint(tx, reached);
      return lost.length;
    });
    restored ||= written > 0;
    replayed += written;
  }
  return { replayed, restored, epoch: await database.transact(currentEpoch, { readOnly: true }) };
}

/** A checkpoint outside the database saw more of a shard than there is, or something else at its head: this is a copy from before it. */
async function isOlder(database: Database, place: Omit<CheckpointPlace, "table">): Promise<boolean> {
  const table = "consent.subject_event";
  const newest = (await readCheckpoints({ ...place, table })).at(-1);
  if (newest === undefined) return false;
  // The one before would take a database from in between for the newest.
  if (newest.checkpoint === undefined)
    throw new StartRefused(
      `the newest checkpoint of ${table} in cell ${place.cell}, ${newest.file} in ${place.directory}, can't be trusted (${newest.fault}): restore the file, or have an officer look at it`,
    );
  const signed = newest.checkpoint;
  const heads = await database.transact(
    (tx) =>
      readHeads(
        tx,
        signed.heads.map(([shard]) => shard),
      ),
    { readOnly: true },
  );
  return signed.heads.some(([shard, position, hash]) => {
    const head = heads.get(shard);
    return head === undefined || head.head < position || (head.head === position && head.hash.toString("hex") !== hash);
  });
}

/** A stop in the ledger was in the stop log first. */
async function holdsStops(tx: Tx): Promise<boolean> {
  const [stop] = await tx
    .select({ id: subjectEvent.eventId })
    .from(subjectEvent)
    .where(inArray(subjectEvent.kind, [...stopEventKinds]))
    .limit(1);
  return stop !== undefined;
}

/** Of two processes that start at once, both come to the same epoch or one after the other: never back. */
async function beginEpoch(tx: Tx, clock: Clock): Promise<number> {
  const next = (await currentEpoch(tx)) + 1;
  await tx.insert(epoch).values({ epoch: next, beganAt: clock.now(), reason: "restored" }).onConflictDoNothing();
  return next;
}

/** Those of the ids that are in the ledger. */
async function recorded(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .select({ id: subjectEvent.eventId })
    .from(subjectEvent)
    .where(and(inArray(subjectEvent.eventId, [...ids]), inArray(subjectEvent.kind, [...stopEventKinds])));
  return new Set(rows.map(({ id }) => id));
}

/** More than the clocks of two machines differ: within it a stop counts as the later of the two. */
const clockSkewMsMax = 300_000;

/**
 * Did the person decide otherwise since? A stop whose transaction failed was never confirmed to anybody; replayed after a later grant
 * it would take that grant back. An erasure is never superseded.
 */
async function isSuperseded(tx: Tx, { subject, kind, purpose, at }: StopEntry): Promise<boolean> {
  const lifts = liftedBy[kind];
  if (lifts === undefined) return false;
  const [later] = await tx
    .select({ id: subjectEvent.eventId })
    .from(subjectEvent)
    .where(
      and(
        eq(subjectEvent.shard, shardOf(subject)),
        eq(subjectEvent.subject, subject),
        inArray(subjectEvent.kind, [...lifts]),
        ...(purpose === undefined ? [] : [eq(subjectEvent.purpose, purpose)]),
        gt(subjectEvent.at, new Date(Date.parse(at) + clockSkewMsMax)),
      ),
    )
    .limit(1);
  return later !== undefined;
}

const liftedBy: Record<StopEntry["kind"], readonly string[] | undefined> = {
  withdrawn: ["granted"],
  refused: ["granted"],
  objected: ["objection_lifted", "granted"],
  restricted: ["restriction_lifted"],
  erased: undefined,
};
