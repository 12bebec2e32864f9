/** Sees to it that every key with something in the outbox has its job. Any number of replicas may run it. */
import type { ServiceName } from "@behest/contracts/ids";
import { sql } from "drizzle-orm";
import type { Database, Tx } from "./database.ts";
import { describeError } from "./describe-error.ts";
import { jobsSchema } from "./jobs-migrate.ts";
import type { Log } from "./log.ts";
import { outboxTaskName } from "./outbox.ts";
import { qualified } from "./sql-names.ts";

/** `wake`: look now, best called right after a commit that wrote to the outbox. */
export type OutboxRelay = { wake(): void; stop(): Promise<void> };
export type OutboxRelayOptions = { database: Database; service: ServiceName; log: Log; intervalMs?: number };

const keysPerRoundMax = 1_000;
/** graphile-worker's own pauses grow to hours; a receiver that is back is told within this. */
const retryPauseSecondsMax = 60;
/** Few enough that a job which fails once a minute never reaches its maximum. */
const attemptsAfterPause = 5;

export function startOutboxRelay({ database, service, log, intervalMs = 1_000 }: OutboxRelayOptions): OutboxRelay {
  let stopped = false;
  let again = false;
  let running: Promise<void> | undefined;
  const round = async (): Promise<void> => {
    do {
      again = false;
      await relayOutbox(database, service).catch((fault: unknown) =>
        log.warn({ service, fault: describeError(fault) }, "outbox relay could not look"),
      );
    } while (again && !stopped);
    running = undefined;
  };
  const wake = (): void => {
    if (stopped) return;
    if (running) again = true;
    running ??= round();
  };
  const timer = setInterval(wake, intervalMs);
  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** One look: a job for every key that has rows and none. Rows and jobs are both in this database, so a crash at any point leaves the rows to the next look. */
export async function relayOutbox(database: Database, service: ServiceName): Promise<void> {
  await database.transact(async (tx) => {
    await addMissingJobs(tx, jobsSchema(service));
    await shortenPauses(tx, jobsSchema(service));
  });
}

async function addMissingJobs(tx: Tx, schema: string): Promise<void> {
  // `unsafe_dedupe`: a job that is there, at work or waiting after a failure, is left as it is. It has attempts without end: an event is never given up.
  await tx.execute(sql`
    select ${qualified(`${schema}.add_job`)}(${outboxTaskName}, json_build_object('key', waiting.key), job_key => 'outbox:' || waiting.key, job_key_mode => 'unsafe_dedupe', max_attempts => 32767)
    from (
      select key, min(position) from outbox
      where not exists (select from ${qualified(`${schema}._private_jobs`)} job where job.key = 'outbox:' || outbox.key)
      group by key order by 2 limit ${keysPerRoundMax}
    ) waiting`);
}

async function shortenPauses(tx: Tx, schema: string): Promise<void> {
  await tx.execute(sql`
    select ${qualified(`${schema}.reschedule_jobs`)}(array_agg(id), run_at => now() + make_interval(secs => ${retryPauseSecondsMax}), attempts => ${attemptsAfterPause})
    from ${qualified(`${schema}._private_jobs`)} job
    where job.key like 'outbox:%' and job.locked_at is null and job.run_at > now() + make_interval(secs => ${retryPauseSecondsMax})
    having count(*) > 0`);
}
