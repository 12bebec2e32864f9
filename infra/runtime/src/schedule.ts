/** Work by the clock: every tick becomes one durable job, whatever the number of replicas; ticks missed while all were down are caught up. */
import { sql } from "drizzle-orm";
import cron from "node-cron";
import { z } from "zod";
import type { Clock } from "./clock.ts";
import { checkExpression, cronZone, lookBackDaysMax, minuteOf, ticksBetween } from "./cron-ticks.ts";
import type { Database, Tx } from "./database.ts";
import { describeError } from "./describe-error.ts";
import { enqueue } from "./jobs.ts";
import type { Log } from "./log.ts";

/**
 * `cron`: five fields, UTC. `task`: the job of each tick, with payload `{ schedule, tick }` (ISO instant).
 * `catchUpMax`: how many missed ticks are run after a downtime, the latest ones (1: only the latest).
 */
export type Schedule = { name: string; cron: string; task: string; catchUpMax: number };
export type Schedules = { stop(): Promise<void> };

/** Kept longer than ticks are looked for, so that no clock change within that time runs one twice. */
const keepDays = 2 * lookBackDaysMax;

/** Catches up, then goes on at every tick. */
export async function startSchedules(options: {
  database: Database;
  schedules: readonly Schedule[];
  clock: Clock;
  log: Log;
}): Promise<Schedules> {
  const { database, schedules, clock, log } = options;
  for (const { cron: expression } of schedules) checkExpression(expression);
  const run = async (schedule: Schedule): Promise<void> => {
    try {
      await runDueTicks(database, schedule, clock);
    } catch (fault) {
      // The next tick finds this one missed and runs it.
      log.warn({ schedule: schedule.name, fault: describeError(fault) }, "schedule could not run");
    }
  };
  await Promise.all(schedules.map(run));
  const tasks = schedules.map((schedule) => {
    const task = cron.schedule(schedule.cron, () => run(schedule), { timezone: cronZone, suppressMissedWarning: true });
    // A machine that slept through a tick is told so; the ticks are found by their rows all the same.
    task.on("execution:missed", () => run(schedule));
    return task;
  });
  return { stop: async () => void (await Promise.all(tasks.map(async (task) => task.destroy()))) };
}

/** Runs every tick that is due and not taken by another replica; returns those that this call took. A schedule never seen before begins now. */
export async function runDueTicks(database: Database, schedule: Schedule, clock: Clock): Promise<Date[]> {
  const now = clock.now();
  const last = await database.transact((tx) => lastTick(tx, schedule.name, now));
  const taken: Date[] = [];
  for (const tick of ticksBetween(schedule.cron, last, now, schedule.catchUpMax)) {
    if (await database.transact((tx) => takeTick(tx, schedule, tick))) taken.push(tick);
  }
  return taken;
}

/** The row and the job commit together: a tick that is taken runs, and one that ran is never taken again, though the clock be set back. */
async function takeTick(tx: Tx, schedule: Schedule, tick: Date): Promise<boolean> {
  const at = tick.toISOString();
  const rows = await tx.execute(
    sql`insert into schedule_tick (schedule, tick) values (${schedule.name}, ${at}) on conflict do nothing returning tick`,
  );
  if (rows.length === 0) return false;
  await enqueue(tx, schedule.task, { schedule: schedule.name, tick: at });
  // By the earlier of both clocks: one that jumped ahead must not make the past forgotten.
  await tx.execute(
    sql`delete from schedule_tick where schedule = ${schedule.name} and tick < least(${at}::timestamptz, now()) - make_interval(days => ${keepDays})`,
  );
  return true;
}

const TickRows = z.array(z.object({ tick: z.string() }));

/** The latest tick not in the future; for a new schedule this minute, which is recorded, so that whatever is missed from here on is caught up. */
async function lastTick(tx: Tx, schedule: string, now: Date): Promise<Date> {
  const minute = minuteOf(now).toISOString();
  await tx.execute(sql`
    insert into schedule_tick (schedule, tick) select ${schedule}, ${minute}
    where not exists (select from schedule_tick where schedule = ${schedule}) on conflict do nothing`);
  const rows = await tx.execute(sql`
    select (extract(epoch from tick) * 1000)::bigint::text as tick from schedule_tick
    where schedule = ${schedule} and tick <= ${now.toISOString()} order by schedule_tick.tick desc limit 1`);
  const [row] = TickRows.parse([...rows]);
  // The clock was set back to before the first tick: nothing is due until it comes there again.
  return row ? new Date(Number(row.tick)) : now;
}
