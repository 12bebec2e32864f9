import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import pg from "pg";
import { expect } from "vitest";
import { migrateJobs } from "./jobs-migrate.ts";
import { renewLease } from "./jobs-lease.ts";
import { startWorker, type JobTask, type Worker } from "./jobs-worker.ts";
import { enqueue } from "./jobs.ts";
import { createLog, type Log } from "./log.ts";
import { roleOf } from "./roles.ts";
import { dbTest, type CellDb } from "./testing/database.ts";
import { until } from "./testing/until.ts";

const silent = createLog("test", "silent");

async function working(
  cellDb: CellDb,
  tasks: Record<string, JobTask>,
  work: (worker: Worker) => Promise<void>,
  log: Log = silent,
): Promise<void> {
  const worker = await startWorker({ url: cellDb.url("consent"), service: "consent", tasks, concurrency: 2, log });
  try {
    await work(worker);
  } finally {
    await worker.stop();
  }
}
const allow = (cellDb: CellDb, task: string) => cellDb.sql`insert into consent.job_task values (${task})`;
const jobs = (cellDb: CellDb) => cellDb.sql`select task_identifier as task, attempts, last_error from consent_jobs.jobs order by id`;

dbTest("JOBS-1: a job enqueued by the service's role is picked up by a worker of the same role", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  const got: unknown[] = [];
  const task: JobTask = (payload, job) => Promise.resolve(void got.push([payload, job.attempt]));
  await working(cellDb, { greet: task }, async () => {
    await cellDb.open("consent").transact((tx) => enqueue(tx, "greet", { event: "e-1", count: 3 }));
    await until(() => got.length > 0);
  });
  expect(got).toEqual([[{ event: "e-1", count: "3" }, 1]]);
  expect(await jobs(cellDb)).toHaveLength(0);
});

dbTest("JOBS-2: a job exists exactly when the transaction that asked for it was committed", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  const database = cellDb.open("consent");
  await expect(
    database.transact(async (tx) => {
      await enqueue(tx, "greet", {});
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  expect(await jobs(cellDb)).toHaveLength(0);
  await database.transact((tx) => enqueue(tx, "greet", {}));
  expect(await jobs(cellDb)).toHaveLength(1);
});

dbTest("JOBS-2: two jobs of one key are one job, and a job waits for its time", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  const [database, seen] = [cellDb.open("consent"), new Array<string>()];
  await database.transact(async (tx) => {
    await enqueue(tx, "greet", { n: 1 }, { key: "one" });
    await enqueue(tx, "greet", { n: 2 }, { key: "one" });
    await enqueue(tx, "greet", { n: 3 }, { runAt: new Date("2999-01-01T00:00:00Z") });
  });
  await working(
    cellDb,
    { greet: (payload) => Promise.resolve(void seen.push(payload["n"] ?? "")) },
    async () => void (await until(async () => (await jobs(cellDb)).length === 1)),
  );
  expect(seen).toEqual(["2"]);
});

dbTest(
  "JOBS-3: a task that no migration allowed, and a payload with more than ids and codes, are refused by the database",
  async ({ cellDb }) => {
    await allow(cellDb, "greet");
    const database = cellDb.open("consent");
    const refused = (task: string, payload: Record<string, string>) =>
      expect(database.transact((tx) => enqueue(tx, task, payload))).rejects.toMatchObject({ cause: { code: "23514" } });
    await refused("steal", {});
    for (const value of ["someone@example.com", "Erika Mustermann", "+49 30 1", "", "x".repeat(201)]) await refused("greet", { value });
    expect(await jobs(cellDb)).toHaveLength(0);
  },
);

dbTest("JOBS-4: a failed job is tried again, and nothing of the error's text reaches table or log", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  const lines: string[] = [];
  const log = createLog("test", "debug", { write: (line) => void lines.push(line) });
  const database = cellDb.open("consent");
  const task: JobTask = () => database.transact((tx) => tx.execute(sql`select ${"someone@example.com"}::int`)).then(() => undefined);
  await database.transact((tx) => enqueue(tx, "greet", {}));
  await working(cellDb, { greet: task }, async () => void (await until(async () => (await jobs(cellDb))[0]?.["last_error"] !== null)), log);
  expect(await jobs(cellDb)).toMatchObject([{ attempts: 1, last_error: expect.stringMatching(/^\w+$/) }]);
  expect(lines.join("")).toContain("job failed");
  expect(lines.join("")).not.toContain("someone");
});

dbTest("JOBS-5: stopping waits for the job under way and takes no other", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const [begun, done] = [new Array<string>(), new Array<string>()];
  const task: JobTask = async (payload) => {
    begun.push(payload["n"] ?? "");
    await held;
    done.push(payload["n"] ?? "");
  };
  const database = cellDb.open("consent");
  const worker = await startWorker({ url: cellDb.url("consent"), service: "consent", tasks: { greet: task }, concurrency: 1, log: silent });
  await database.transact((tx) => enqueue(tx, "greet", { n: 1 }));
  await until(() => begun.length === 1);
  await database.transact((tx) => enqueue(tx, "greet", { n: 2 }));
  const stopped = worker.stop();
  release();
  await stopped;
  expect([begun, done]).toEqual([["1"], ["1"]]);
  expect(await jobs(cellDb)).toHaveLength(1);
  expect(await cellDb.sql`select * from consent.job_worker`).toHaveLength(0);
});

dbTest("JOBS-6: a worker at work has a lease in the name that its jobs are locked by", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await cellDb.open("consent").transact((tx) => enqueue(tx, "greet", {}));
  await working(cellDb, { greet: () => held }, async () => {
    const leased = () => cellDb.sql`select 1 from consent_jobs._private_jobs job join consent.job_worker on worker = job.locked_by`;
    await until(async () => (await leased()).length === 1).finally(release);
  });
});

dbTest("JOBS-6: the job of a worker that died is free again when its lease has run out, and not before", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  await cellDb.open("consent").transact((tx) => enqueue(tx, "greet", {}));
  const pool = new pg.Pool({ connectionString: cellDb.url("consent"), max: 1 });
  pool.on("error", () => undefined); // the clone is dropped under it
  const age = (seconds: number) => cellDb.sql`update consent.job_worker set seen_at = now() - make_interval(secs => ${seconds})`;
  const dead = `pool-${randomUUID()}`;
  await renewLease(pool, "consent", dead);
  await cellDb.sql`update consent_jobs._private_jobs set locked_by = ${dead}, locked_at = now(), attempts = 1`;

  const lockedBy = async () => (await cellDb.sql`select locked_by from consent_jobs._private_jobs`)[0]?.["locked_by"];
  await age(50);
  await renewLease(pool, "consent", "pool-alive");
  expect(await lockedBy()).toBe(dead);
  await age(70);
  await renewLease(pool, "consent", "pool-alive");
  expect(await lockedBy()).toBeNull();
  await pool.end();
});

dbTest("JOBS-7: a worker comes back after the database cut every connection, also while it reports a job done", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  const got: string[] = [];
  const cut = () =>
    cellDb.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'consent-jobs' and datname = current_database()`;
  const task: JobTask = async (payload) => {
    if (payload["n"] === "2" && !got.includes("2")) await cut();
    got.push(payload["n"] ?? "");
  };
  await working(cellDb, { greet: task }, async () => {
    const database = cellDb.open("consent");
    for (const n of [1, 2, 3]) {
      await database.transact((tx) => enqueue(tx, "greet", { n }));
      await until(() => got.includes(String(n)), 20);
      await cut();
    }
    await until(async () => (await jobs(cellDb)).length === 0, 20);
  });
});

dbTest("JOBS-8: migrating the job tables again changes nothing and keeps the jobs", async ({ cellDb }) => {
  await allow(cellDb, "greet");
  await cellDb.open("consent").transact((tx) => enqueue(tx, "greet", {}));
  await migrateJobs(cellDb.owner, "consent", roleOf("eu", "consent"));
  expect(await jobs(cellDb)).toHaveLength(1);
});
