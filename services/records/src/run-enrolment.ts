/** The job behind an enrolment run: scan, enrol, tell consent, batch by batch. Killed at any point, it goes on where it stood. */
import type { Log } from "@behest/runtime/log";
import { eq, sql } from "drizzle-orm";
import type { Door } from "./door.ts";
import { enrolBatch } from "./enrol-batch.ts";
import { scanPersons } from "./scan-persons.ts";
import { enrolmentRun } from "./schema.ts";
import { tellNext } from "./tell-consent.ts";

const batchMax = 500;

/** Throws when consent or the database is away; the job then comes back, and until then the run says `failed`. */
export async function runEnrolment(door: Door, run: string, log: Log): Promise<void> {
  try {
    await wholeRun(door, run, log);
  } catch (fault) {
    await door.database.transact((tx) => tx.update(enrolmentRun).set({ status: "failed" }).where(eq(enrolmentRun.id, run)));
    throw fault;
  }
}

async function wholeRun(door: Door, run: string, log: Log): Promise<void> {
  await door.database.transact((tx) =>
    tx
      .update(enrolmentRun)
      .set({ status: "running", startedAt: sql`coalesce(${enrolmentRun.startedAt}, ${door.clock.now().toISOString()}::timestamptz)` })
      .where(eq(enrolmentRun.id, run)),
  );
  while (await enrolNext(door, run));
  while (await tellNext(door, log));
  await door.database.transact((tx) =>
    tx.update(enrolmentRun).set({ status: "done", endedAt: door.clock.now() }).where(eq(enrolmentRun.id, run)),
  );
}

/** One batch and its progress in one transaction. False: nobody is left. */
async function enrolNext(door: Door, run: string): Promise<boolean> {
  return door.database.transact(async (tx) => {
    const [row] = await tx.select().from(enrolmentRun).where(eq(enrolmentRun.id, run)).for("update");
    if (!row) throw new Error("no such enrolment run");
    const persons = await scanPersons(tx, door.map, row.lastKey, batchMax);
    const result = await enrolBatch(tx, door, persons);
    await tx
      .update(enrolmentRun)
      .set({
        found: row.found + result.found,
        enrolled: row.enrolled + result.enrolled,
        changed: row.changed + result.changed,
        unchanged: row.unchanged + result.unchanged,
        conflicts: row.conflicts + result.conflicts,
        lastKey: persons.at(-1)?.key ?? row.lastKey,
      })
      .where(eq(enrolmentRun.id, run));
    return persons.length === batchMax;
  });
}
