import { expect, vi } from "vitest";
import { createLog } from "./log.ts";
import { runDueTicks, startSchedules, type Schedule } from "./schedule.ts";
import { fixedClock } from "./testing/clock.ts";
import { dbTest, type CellDb } from "./testing/database.ts";
import { until } from "./testing/until.ts";

const quarterly: Schedule = { name: "sweep", cron: "*/15 * * * *", task: "sweep", catchUpMax: 3 };
const silent = createLog("test", "silent");
/** Of today, so that a clock set ahead is ahead of the database's too. */
const today = (time: string): Date => new Date(`${new Date().toISOString().slice(0, 10)}T${time}Z`);
const minuteMs = 60_000;

async function jobTicks({ sql }: CellDb): Promise<string[]> {
  const rows = await sql`select payload ->> 'tick' as tick from consent_jobs._private_jobs order by id`;
  return rows.map((row) => String(row["tick"]).slice(11, 16));
}
async function prepared(cellDb: CellDb) {
  await cellDb.sql`insert into consent.job_task values ('sweep')`;
  const clock = fixedClock(today("10:00:30"));
  const replicas = [cellDb.open("consent"), cellDb.open("consent")];
  const tickAll = async (schedule = quarterly): Promise<string[]> => {
    const taken = await Promise.all(replicas.map((database) => runDueTicks(database, schedule, clock)));
    return taken.flat().map((tick) => tick.toISOString().slice(11, 16));
  };
  return { clock, replicas, tickAll };
}

dbTest("SCHEDULE-2: of two replicas exactly one runs each tick", async ({ cellDb }) => {
  const { clock, tickAll } = await prepared(cellDb);
  expect(await tickAll()).toEqual([]);
  for (const tick of ["10:15", "10:30", "10:45", "11:00"]) {
    clock.advance(15 * minuteMs);
    expect(await tickAll()).toEqual([tick]);
  }
  expect(await jobTicks(cellDb)).toEqual(["10:15", "10:30", "10:45", "11:00"]);
});

dbTest(
  "SCHEDULE-3: after a downtime the latest missed ticks are caught up, each once, no more than the schedule says",
  async ({ cellDb }) => {
    const { clock, tickAll } = await prepared(cellDb);
    await tickAll();
    clock.advance(5 * 60 * minuteMs);
    expect((await tickAll()).toSorted()).toEqual(["14:30", "14:45", "15:00"]);
    clock.advance(60 * minuteMs);
    expect(await tickAll({ ...quarterly, catchUpMax: 1 })).toEqual(["16:00"]);
    expect((await jobTicks(cellDb)).toSorted()).toEqual(["14:30", "14:45", "15:00", "16:00"]);
  },
);

dbTest(
  "SCHEDULE-4: a clock that is set back runs no tick twice, and one set far ahead and back again loses none after",
  async ({ cellDb }) => {
    const { clock, tickAll } = await prepared(cellDb);
    await tickAll();
    clock.advance(30 * minuteMs);
    expect((await tickAll()).toSorted()).toEqual(["10:15", "10:30"]);
    clock.set(today("10:05:00"));
    expect(await tickAll()).toEqual([]);
    clock.set(today("10:31:00"));
    expect(await tickAll()).toEqual([]);
    clock.set(new Date("2099-01-01T00:00:10Z"));
    await tickAll({ ...quarterly, catchUpMax: 1 });
    clock.set(today("10:45:00"));
    expect(await tickAll()).toEqual(["10:45"]);
  },
);

dbTest("SCHEDULE-2: a tick whose job can't be enqueued is not taken", async ({ cellDb }) => {
  const { clock, replicas, tickAll } = await prepared(cellDb);
  await tickAll();
  clock.advance(15 * minuteMs);
  const [replica] = replicas;
  await expect(runDueTicks(replica ?? cellDb.open("consent"), { ...quarterly, task: "unknown" }, clock)).rejects.toThrow();
  expect(await tickAll()).toEqual(["10:15"]);
});

dbTest("SCHEDULE-5: ticks are pruned, but only those too old to be looked for", async ({ cellDb }) => {
  const { clock, tickAll } = await prepared(cellDb);
  clock.set(new Date("2026-03-01T10:15:30Z"));
  await tickAll();
  clock.advance(15 * minuteMs);
  await tickAll();
  clock.advance(80 * 24 * 60 * minuteMs);
  await tickAll({ ...quarterly, catchUpMax: 1 });
  expect(await cellDb.sql`select tick from consent.schedule_tick`).toHaveLength(1);
});

dbTest("SCHEDULE-6: a started schedule catches up at once and then runs at its tick, until it is stopped", async ({ cellDb }) => {
  const { clock, replicas, tickAll } = await prepared(cellDb);
  await tickAll();
  clock.advance(15 * minuteMs);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: clock.now() });
  const schedules = await startSchedules({ database: replicas[0] ?? cellDb.open("consent"), schedules: [quarterly], clock, log: silent });
  expect(await jobTicks(cellDb)).toEqual(["10:15"]);
  clock.advance(15 * minuteMs);
  await vi.advanceTimersByTimeAsync(14.5 * minuteMs + 10); // just behind 10:30, before the driver's own timers
  vi.useRealTimers();
  await until(async () => (await jobTicks(cellDb)).includes("10:30"));
  await schedules.stop();
});
