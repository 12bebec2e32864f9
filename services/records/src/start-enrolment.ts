/** Order an enrolment run; a durable job does it. While one of the same source waits or runs, that one is the answer. */
import { Problem } from "@behest/contracts/problem";
import type { EnrolmentRun, getEnrolment as getContract, startEnrolment as startContract } from "@behest/contracts/records";
import type { InputOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { newId } from "@behest/runtime/id";
import { enqueue } from "@behest/runtime/jobs";
import { and, eq, lt } from "drizzle-orm";
import type { z } from "zod";
import type { Door } from "./door.ts";
import { enrolmentRun } from "./schema.ts";

type Run = z.input<typeof EnrolmentRun>;

export const startEnrolment =
  (door: Door) =>
  async (tx: Tx, _actor: Actor, { body }: InputOf<typeof startContract>): Promise<Run> => {
    if (body.source !== door.map.source)
      throw new Problem("not_found", { detail: `no source of that name; this door wraps ${door.map.source}` });
    return orderEnrolment(tx, door);
  };

/** What the schedule does on each tick, so that who is new in the CRM is enrolled within a minute. Runs that found nothing new are not kept for long. */
export async function enrolOnTick(door: Door): Promise<void> {
  await door.database.transact(async (tx) => {
    const yesterday = new Date(door.clock.now().getTime() - 86_400_000);
    await tx
      .delete(enrolmentRun)
      .where(
        and(
          eq(enrolmentRun.status, "done"),
          eq(enrolmentRun.enrolled, 0),
          eq(enrolmentRun.changed, 0),
          lt(enrolmentRun.queuedAt, yesterday),
        ),
      );
    await orderEnrolment(tx, door);
  });
}

/** One run at a time waits; whoever asks again meanwhile gets that one. */
export async function orderEnrolment(tx: Tx, door: Door): Promise<Run> {
  const [waiting] = await tx
    .select()
    .from(enrolmentRun)
    .where(and(eq(enrolmentRun.source, door.map.source), eq(enrolmentRun.status, "queued")));
  if (waiting) return toRun(waiting);
  const [row] = await tx
    .insert(enrolmentRun)
    .values({ id: newId(door.clock), source: door.map.source, status: "queued", queuedAt: door.clock.now() })
    .returning();
  if (!row) throw new Error("an enrolment run was not inserted");
  await enqueue(tx, "enrol", { run: row.id }, { key: `enrol:${row.id}` });
  return toRun(row);
}

export async function getEnrolment(tx: Tx, _actor: Actor, { params }: InputOf<typeof getContract>): Promise<Run> {
  const [row] = await tx.select().from(enrolmentRun).where(eq(enrolmentRun.id, params.run));
  if (!row) throw new Problem("not_found");
  return toRun(row);
}

const toRun = ({
  id,
  status,
  found,
  enrolled,
  unchanged,
  changed,
  conflicts,
  startedAt,
  endedAt,
}: typeof enrolmentRun.$inferSelect): Run => ({
  id,
  status,
  found,
  enrolled,
  unchanged,
  changed,
  conflicts,
  startedAt: startedAt?.toISOString() ?? null,
  endedAt: endedAt?.toISOString() ?? null,
});
