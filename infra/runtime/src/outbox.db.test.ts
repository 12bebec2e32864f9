import { expect } from "vitest";
import type { Database } from "./database.ts";
import { startWorker } from "./jobs-worker.ts";
import { createLog } from "./log.ts";
import { relayOutbox, startOutboxRelay } from "./outbox-relay.ts";
import { outboxTask, outboxTaskName, publish, type OutboxEvent, type OutboxHandler } from "./outbox.ts";
import { dbTest, type CellDb } from "./testing/database.ts";
import { until } from "./testing/until.ts";

const silent = createLog("test", "silent");
const event = (key: string, n: number): OutboxEvent => ({ id: `${key}-${n}`, topic: "told", key, payload: { n } });
const write = (database: Database, ...events: OutboxEvent[]) =>
  database.transact(async (tx) => {
    for (const one of events) await publish(tx, one);
  });
const left = async ({ sql }: CellDb): Promise<string[]> =>
  (await sql`select id from consent.outbox order by position`).map((row) => String(row["id"]));
/** Runs a key's job as the worker would, once. */
const deliver = (database: Database, key: string, told: OutboxHandler) => outboxTask(database, { told })({ key }, { id: "1", attempt: 1 });

async function relaying(cellDb: CellDb, told: OutboxHandler, work: (wake: () => void) => Promise<void>): Promise<void> {
  const database = cellDb.open("consent");
  const worker = await startWorker({
    url: cellDb.url("consent"),
    service: "consent",
    tasks: { [outboxTaskName]: outboxTask(database, { told }) },
    concurrency: 3,
    log: silent,
  });
  const relay = startOutboxRelay({ database, service: "consent", log: silent, intervalMs: 50 });
  try {
    await work(relay.wake);
  } finally {
    await relay.stop();
    await worker.stop();
  }
}

dbTest("OUTBOX-1: what was committed is handed on, once here, in the order of each key, and removed", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  const told: string[] = [];
  await relaying(
    cellDb,
    ({ id }) => Promise.resolve(void told.push(id)),
    async (wake) => {
      for (let n = 1; n <= 20; n += 1) await write(database, event("a", n), event("b", n), event("c", n));
      wake();
      await until(async () => (await left(cellDb)).length === 0);
    },
  );
  for (const key of ["a", "b", "c"])
    expect(told.filter((id) => id.startsWith(key))).toEqual(Array.from({ length: 20 }, (_, index) => `${key}-${index + 1}`));
  expect(told).toHaveLength(60);
});

dbTest("OUTBOX-1: what was rolled back is told to nobody, and an event id is written once", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  await expect(
    database.transact(async (tx) => {
      await publish(tx, event("a", 1));
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  expect(await left(cellDb)).toEqual([]);
  await write(database, event("a", 1));
  await expect(write(database, event("a", 1))).rejects.toMatchObject({ cause: { code: "23505" } });
});

dbTest("OUTBOX-2: a delivery that fails is tried again before anything behind it of its key, and other keys go on", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  const told: string[] = [];
  let refusals = 1;
  await write(database, event("a", 1), event("a", 2), event("b", 1), event("a", 3));
  const handler: OutboxHandler = ({ id }) => {
    if (id === "a-2" && refusals > 0) {
      refusals -= 1;
      throw new Error("not now");
    }
    return Promise.resolve(void told.push(id));
  };
  await relaying(cellDb, handler, () => until(async () => (await left(cellDb)).length === 0 || undefined).then(() => undefined));
  expect(told.filter((id) => id.startsWith("a"))).toEqual(["a-1", "a-2", "a-3"]);
  expect(told.indexOf("b-1")).toBeLessThan(told.indexOf("a-2"));
});

dbTest("OUTBOX-3: a crash between handing on and removing hands the same event on again, first", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  await write(database, event("a", 1), event("a", 2));
  const told: string[] = [];
  const crash: OutboxHandler = ({ id }) => {
    told.push(id);
    throw new Error("killed");
  };
  await expect(deliver(database, "a", crash)).rejects.toThrow("killed");
  await deliver(database, "a", ({ id }) => Promise.resolve(void told.push(id)));
  expect(told).toEqual(["a-1", "a-1", "a-2"]);
  expect(await left(cellDb)).toEqual([]);
});

dbTest(
  "OUTBOX-3: a crash before the job was made, or with the job lost, is made good by the next look; a job that is there is left alone",
  async ({ cellDb }) => {
    const database = cellDb.open("consent");
    const jobs = () => cellDb.sql`select key, attempts, run_at < now() + interval '61 seconds' as soon from consent_jobs._private_jobs`;
    await write(database, event("a", 1), event("a", 2), event("b", 1));
    await Promise.all([relayOutbox(database, "consent"), relayOutbox(database, "consent")]);
    expect(new Set((await jobs()).map((row) => row["key"]))).toEqual(new Set(["outbox:a", "outbox:b"]));
    await cellDb.sql`delete from consent_jobs._private_jobs where key = 'outbox:a'`;
    await cellDb.sql`update consent_jobs._private_jobs set attempts = 20, run_at = now() + interval '6 hours'`;
    await relayOutbox(database, "consent");
    expect((await jobs()).toSorted((one, other) => one["attempts"] - other["attempts"])).toMatchObject([
      { key: "outbox:a", attempts: 0, soon: true },
      { key: "outbox:b", attempts: 5, soon: true },
    ]);
  },
);

dbTest("OUTBOX-4: personal data does not get into the outbox", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  await expect(write(database, { ...event("a", 1), payload: { to: "someone@example.com" } })).rejects.toMatchObject({
    cause: { code: "23514" },
  });
  await expect(write(database, { ...event("a", 1), key: "Erika Mustermann" })).rejects.toMatchObject({ cause: { code: "23514" } });
});
