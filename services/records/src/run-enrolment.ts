/** The job behind an enrolment run: scan, enrol, tell consent, batch by batch. Killed at any point, it goes on where it stood. */
import { SubjectId } from "@behest/contracts/ids";
import { eq, sql } from "drizzle-orm";
import type { Door } from "./door.ts";
import { enrolBatch, enrolmentOf } from "./enrol-batch.ts";
import { findPersons, scanPersons } from "./scan-persons.ts";
import { enrolmentRun, subject } from "./schema.ts";

const batchMax = 500;

export async function runEnrolment(door: Door, run: string): Promise<void> {
  await door.database.transact((tx) =>
    tx
      .update(enrolmentRun)
      .set({ status: "running", startedAt: sql`coalesce(${enrolmentRun.startedAt}, ${door.clock.now().toISOString()}::timestamptz)` })
      .where(eq(enrolmentRun.id, run)),
  );
  while (await enrolNext(door, run));
  while (await tellNext(door));
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

/**
 * Tell consent of whom it doesn't know yet or not as they are now. The call comes before the mark, so a crash between tells it
 * twice, which changes nothing there. False: everybody is told.
 */
async function tellNext(door: Door): Promise<boolean> {
  const untold = await door.database.transact(async (tx) => {
    const rows = await tx
      .select({ id: subject.id, key: subject.personKey, digest: subject.digest })
      .from(subject)
      .where(sql`${subject.toldDigest} is distinct from ${subject.digest}`)
      .orderBy(subject.id)
      .limit(batchMax);
    const persons = new Map(
      (
        await findPersons(
          tx,
          door.map,
          rows.map(({ key }) => key),
        )
      ).map((person) => [person.key, person]),
    );
    return rows.map((row) => ({ ...row, person: persons.get(row.key) }));
  });
  if (untold.length === 0) return false;
  // Whoever has left the CRM since the scan has nothing to tell: marked, or the loop would meet them for ever.
  const known = untold.flatMap(({ id, person }) => (person ? [enrolmentOf(door, SubjectId.parse(id), person)] : []));
  if (known.length > 0) await door.consent.enrol(known);
  await door.database.transact(async (tx) => {
    for (const { id, digest } of untold) await tx.update(subject).set({ toldDigest: digest }).where(eq(subject.id, id));
  });
  return true;
}
