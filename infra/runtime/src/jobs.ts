/** Durable jobs: enqueued in the caller's transaction, so that a job exists exactly when what asked for it does; run at least once. */
import { sql } from "drizzle-orm";
import type { Tx } from "./database.ts";

/** Ids and codes (letters, digits, `_ : . -`, at most 200 characters each), never personal data; the database refuses anything else. */
export type JobPayload = Readonly<Record<string, string | number>>;

/** `key`: a job with the same key that has not begun is replaced. `runAt`: not before this instant. */
export type EnqueueOptions = { key?: string; runAt?: Date };

/** `task`: one that a migration has put into `job_task`. */
export async function enqueue(tx: Tx, task: string, payload: JobPayload, { key, runAt }: EnqueueOptions = {}): Promise<void> {
  await tx.execute(
    sql`select enqueue_job(${task}, ${JSON.stringify(payload)}::jsonb, ${key ?? null}, ${runAt?.toISOString() ?? null}::timestamptz)`,
  );
}
