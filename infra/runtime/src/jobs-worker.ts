/** Runs a service's jobs as the service's own role, until it is stopped; comes back by itself when the database was gone. */
import { EventEmitter } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { ServiceName } from "@behest/contracts/ids";
import { Logger, run, type Runner, type Task, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { z } from "zod";
import { describeError } from "./describe-error.ts";
import { keepLease } from "./jobs-lease.ts";
import { jobsSchema } from "./jobs-migrate.ts";
import type { Log } from "./log.ts";
import { inSpan } from "./telemetry.ts";

export type Job = { id: string; attempt: number };
/** Runs at least once for each job, so what it does is idempotent. A thrown error means: again later, with growing pauses. */
export type JobTask = (payload: Readonly<Record<string, string>>, job: Job) => Promise<void>;
export type Worker = { /** Takes no more jobs and waits for those under way. */ stop(): Promise<void> };
export type WorkerOptions = { url: string; service: ServiceName; tasks: Readonly<Record<string, JobTask>>; concurrency: number; log: Log };

const restartPauseMs = 1_000;
const pollMs = 2_000;
const Payload = z.record(z.string(), z.coerce.string());

/** Resolves once the worker listens. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { service, log } = options;
  const stopping = new AbortController();
  const pool = openPool(options);
  let running: Running | undefined = await begin(options, pool, stopping.signal);
  const supervise = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await running?.ended.catch((fault: unknown) => log.warn({ service, fault: describeError(fault) }, "job worker ended"));
      await wait(restartPauseMs, undefined, { signal: stopping.signal }).catch(() => undefined); // woken to stop
      if (stopping.signal.aborted) return;
      running = await begin(options, pool, stopping.signal).catch((fault: unknown) => {
        log.warn({ service, fault: describeError(fault) }, "job worker can't start yet");
        return undefined;
      });
    }
  };
  const supervised = supervise();
  return {
    async stop() {
      stopping.abort();
      await running?.runner.stop().catch(() => undefined); // it may have ended with the database
      await supervised;
      await running?.runner.stop().catch(() => undefined); // one that was just beginning
      await running?.ended.catch(() => undefined);
      await pool.end();
    },
  };
}

type Running = { runner: Runner; /** Settles when no job is under way any more and the lease is given back. */ ended: Promise<void> };

async function begin({ service, tasks, concurrency, log }: WorkerOptions, pool: pg.Pool, stopping: AbortSignal): Promise<Running> {
  const events: WorkerEvents = new EventEmitter();
  let lease: ReturnType<typeof keepLease> | undefined;
  events.on("pool:create", ({ workerPool }) => (lease = keepLease({ pool, service, worker: workerPool.id, log })));
  events.on("job:failed", ({ job }) => log.error({ service, job: job.id, task: job.task_identifier }, "job given up"));
  const runner = await run({
    pgPool: pool,
    schema: jobsSchema(service),
    taskList: Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, guarded(name, task, log)])),
    concurrency,
    pollInterval: pollMs,
    noHandleSignals: true,
    parsedCronItems: [], // else a file named crontab in the working directory would be read
    events,
    logger: new Logger(() => (level, message) => log.debug({ service, level, message }, "job worker")),
    // Unbatched, a completion that fails with the database is a rejection that nobody handles; batched, it ends the run, which is begun again here.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  }).catch(async (fault: unknown) => {
    await lease?.release(stopping);
    throw fault;
  });
  return { runner, ended: runner.promise.finally(() => lease?.release(stopping)) };
}

/** graphile-worker keeps an error's message in its table and log, where a driver's message could bring personal data. Only a class and a code get there. */
function guarded(name: string, task: JobTask, log: Log): Task {
  return async (payload, { job }) => {
    try {
      await inSpan("job", { "behest.job.task": name, "behest.tries": job.attempts }, () =>
        task(Payload.parse(payload ?? {}), { id: String(job.id), attempt: job.attempts }),
      );
    } catch (fault) {
      log.warn({ task: name, job: String(job.id), attempt: job.attempts, fault: describeError(fault) }, "job failed, will be tried again");
      const code = fault instanceof Error && "code" in fault && typeof fault.code === "string" ? ` ${fault.code}` : "";
      throw new Error(`${fault instanceof Error ? fault.name : "fault"}${code}`);
    }
  };
}

function openPool({ url, service, concurrency, log }: WorkerOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: concurrency + 2,
    application_name: `${service}-jobs`,
    connectionTimeoutMillis: 5_000,
  });
  const report = (fault: Error): void => log.warn({ service, fault: describeError(fault) }, "job worker lost a connection");
  pool.on("error", report);
  // Whoever is using the connection gets the error from their own query.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
}
