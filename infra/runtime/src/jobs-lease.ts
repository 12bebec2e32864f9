/** Leases of job workers. graphile-worker frees the jobs of a process that died only after four hours; a lease that is not renewed frees them after a minute. */
import { setTimeout as wait } from "node:timers/promises";
import type { ServiceName } from "@behest/contracts/ids";
import type { Pool } from "pg";
import { describeError } from "./describe-error.ts";
import { jobsSchema } from "./jobs-migrate.ts";
import type { Log } from "./log.ts";

const renewEveryMs = 10_000;
const releasePauseMs = 500;
const leaseSeconds = 60;

/** `release`: ends the lease and frees what its worker may still hold; tried until it succeeds or `stopping` is aborted, then left to run out. */
type Lease = { release(stopping: AbortSignal): Promise<void> };

/** `worker`: the name under which jobs are locked. */
export function keepLease({ pool, service, worker, log }: { pool: Pool; service: ServiceName; worker: string; log: Log }): Lease {
  let renewing: Promise<void> = Promise.resolve();
  const renew = (): void => {
    renewing = renewing
      .then(() => renewLease(pool, service, worker))
      .catch((fault: unknown) => log.warn({ service, fault: describeError(fault) }, "job worker could not renew its lease"));
  };
  renew();
  const timer = setInterval(renew, renewEveryMs);
  timer.unref();
  return {
    async release(stopping) {
      clearInterval(timer);
      await renewing;
      for (;;) {
        const freed = await freeJobs(pool, service, `worker = $1`, worker).then(
          () => true,
          () => false,
        );
        if (freed || stopping.aborted) return;
        await wait(releasePauseMs, undefined, { signal: stopping }).catch(() => undefined); // woken to stop
      }
    },
  };
}

/** Renews a lease and frees the jobs of all whose lease ran out. By the database's clock alone. */
export async function renewLease(pool: Pool, service: ServiceName, worker: string): Promise<void> {
  await pool.query(
    `insert into ${service}.job_worker (worker, seen_at) values ($1, now()) on conflict (worker) do update set seen_at = excluded.seen_at`,
    [worker],
  );
  await freeJobs(pool, service, `seen_at < now() - make_interval(secs => $1)`, leaseSeconds);
}

async function freeJobs(pool: Pool, service: ServiceName, whose: string, parameter: string | number): Promise<void> {
  await pool.query(
    `with gone as (delete from ${service}.job_worker where ${whose} returning worker)
     select ${jobsSchema(service)}.force_unlock_workers(array_agg(worker)) from gone having count(*) > 0`,
    [parameter],
  );
}
