/** Creates and upgrades a service's job tables and lets its role work on them. */
import type { ServiceName } from "@behest/contracts/ids";
import { runMigrations } from "graphile-worker";
import postgres from "postgres";

const lockedTables = ["_private_jobs", "_private_tasks", "_private_job_queues", "_private_known_crontabs"];

/** The schema of a service's jobs. */
export const jobsSchema = (service: ServiceName): string => `${service}_jobs`;

/** `ownerUrl`: a role that may create schemas. `role`: the service's own. Safe to repeat. */
export async function migrateJobs(ownerUrl: string, service: ServiceName, role: string): Promise<void> {
  const schema = jobsSchema(service);
  await runMigrations({ connectionString: ownerUrl, schema, maxPoolSize: 1 });
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    await owner.begin(async (tx) => {
      await tx.unsafe(`
        revoke all on schema ${schema} from public;
        revoke all on all functions in schema ${schema} from public;
        grant usage on schema ${schema} to "${role}";
        grant select, insert, update, delete on all tables in schema ${schema} to "${role}";
        grant usage on all sequences in schema ${schema} to "${role}";
        grant execute on all functions in schema ${schema} to "${role}"`);
      // These tables have row level security without a policy: with every grant and no policy a worker looks for jobs and silently never sees one.
      for (const table of lockedTables) {
        await tx.unsafe(
          `drop policy if exists service on ${schema}.${table}; create policy service on ${schema}.${table} for all to "${role}" using (true) with check (true)`,
        );
      }
    });
  } finally {
    await owner.end({ timeout: 5 });
  }
}
