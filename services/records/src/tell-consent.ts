/** Tell consent whom it doesn't know yet, or not as they are now. */
import { SubjectId } from "@behest/contracts/ids";
import type { Tx } from "@behest/runtime/database";
import type { Log } from "@behest/runtime/log";
import { eq, sql } from "drizzle-orm";
import { ConsentRefused } from "./consent-client.ts";
import type { Door, Enrolled } from "./door.ts";
import { enrolBatch, enrolmentOf } from "./enrol-batch.ts";
import { findPersons, type Person } from "./scan-persons.ts";
import { subject } from "./schema.ts";

const batchMax = 500;
type Untold = { id: SubjectId; digest: Buffer; /** gone from the CRM since the scan: nothing to tell */ person: Person | undefined };

/**
 * One batch. The call comes before the mark, so a crash between tells it twice, which changes nothing there. False: everybody is told.
 * Throws when consent is away.
 */
export async function tellNext(door: Door, log: Log): Promise<boolean> {
  const untold = await door.database.transact((tx) => readUntold(tx, door));
  if (untold.length === 0) return false;
  await tell(door, untold, log);
  await door.database.transact(async (tx) => {
    for (const { id, digest } of untold) await tx.update(subject).set({ toldDigest: digest }).where(eq(subject.id, id));
  });
  return true;
}

/**
 * Before somebody is read: if the CRM has changed since consent was last told, tell it now, so that a yes given for one address is never
 * used for another.
 */
export async function tellIfChanged(tx: Tx, door: Door, { id, personKey }: Enrolled): Promise<void> {
  const [person] = await findPersons(tx, door.map, [personKey]);
  if (!person) return;
  await enrolBatch(tx, door, [person]);
  const [row] = await tx
    .select({ digest: subject.digest, stale: sql<boolean>`${subject.toldDigest} is distinct from ${subject.digest}` })
    .from(subject)
    .where(eq(subject.id, id));
  if (row?.stale !== true) return;
  await door.consent.enrol([enrolmentOf(door, id, person)]);
  await tx.update(subject).set({ toldDigest: row.digest }).where(eq(subject.id, id));
}

async function readUntold(tx: Tx, door: Door): Promise<Untold[]> {
  const rows = await tx
    .select({ id: subject.id, key: subject.personKey, digest: subject.digest })
    .from(subject)
    .where(sql`${subject.toldDigest} is distinct from ${subject.digest}`)
    .orderBy(subject.id)
    .limit(batchMax);
  const keys = rows.map(({ key }) => key);
  const persons = new Map((await findPersons(tx, door.map, keys)).map((person) => [person.key, person]));
  return rows.map(({ id, key, digest }) => ({ id: SubjectId.parse(id), digest, person: persons.get(key) }));
}

/** One whom consent refuses must not hold back the others: the batch is halved until that one stands alone, unknown there and so denied. */
async function tell(door: Door, untold: readonly Untold[], log: Log): Promise<void> {
  const known = untold.flatMap(({ id, person }) => (person ? [enrolmentOf(door, id, person)] : []));
  if (known.length === 0) return;
  try {
    await door.consent.enrol(known);
  } catch (fault) {
    if (!(fault instanceof ConsentRefused)) throw fault;
    if (untold.length === 1)
      return log.error({ subject: untold[0]?.id }, "consent can't take what the CRM says of this person; every use stays denied");
    const middle = Math.ceil(untold.length / 2);
    await tell(door, untold.slice(0, middle), log);
    await tell(door, untold.slice(middle), log);
  }
}
