/** Leases of job workers. graphile-worker frees the jobs of a process that died only after four hours; a lease that is not renewed frees them after a minute. */
import type { ServiceName } from "@behest/contracts/ids";
import type { Pool } from "pg";
import { describeError } from "./describe-error.ts";
import { jobsSchema } from "./jobs-migrate.ts";
import type { Log } from "./log.ts";

const renewEveryMs = 10_000;
const leaseSeconds = 60;

type Leases = { add(worker: string): void; /** Ends the leases. */ release(): Promise<void> };

export function keepLeases({ pool, service, log }: { pool: Pool; service: ServiceName; log: Log }): Leases {
  const workers = new Set<string>();
  let released = false;
  let renewing: Promise<void> = Promise.resolve();
  const renew = (): void => {
    renewing = renewing
      .then(() => (released || workers.size === 0 ? undefined : renewLeases(pool, service, [...workers])))
      .catch((fault: unknown) => log.warn({ service, fault: describeError(fault) }, "job worker could not renew its leases"));
  };
  const timer = setInterval(renew, renewEveryMs);
  timer.unref();
  return {
    add(worker) {
      workers.add(worker);
      renew();
    },
    async release() {
      released = true;
      clearInterval(timer);
      await renewing;
      await pool.query(`delete from ${service}.job_worker where worker = any($1)`, [[...workers]]).catch(() => undefined); // without a database they run out
    },
  };
}

/** Renews these leases and frees the jobs of all that ran out. By the database's clock alone. */
export async function renewLeases(pool: Pool, service: ServiceName, workers: readonly string[]): Promise<void> {
  await pool.query(
    `insert into ${service}.job_worker (worker, seen_at) select worker, now() from unnest($1::text[]) as given (worker)
     on conflict (worker) do update set seen_at = excluded.seen_at`,
    [workers],
  );
  await pool.query(
    `with gone as (delete from ${service}.job_worker where seen_at < now() - make_interval(secs => $1) returning worker)
     select ${jobsSchema(service)}.force_unlock_workers(array_agg(worker)) from gone having count(*) > 0`,
    [leaseSeconds],
  );
}
