/**
 * The outbox: what must be told after a transaction is a row of it. A relay turns the rows of each key into one job, which hands them on in
 * order and removes each when it was taken. At least once: the receiver knows an event by its id.
 */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database, Tx } from "./database.ts";
import type { JobPayload } from "./jobs.ts";
import type { JobTask } from "./jobs-worker.ts";

/** `id`: the event's id, the receiver's idempotency key. `key`: events of one key arrive in the order of writing. Ids and codes only. */
export type OutboxEvent = { id: string; topic: string; key: string; payload: JobPayload };
/** Hands on one event; throws to be asked again. */
export type OutboxHandler = (event: OutboxEvent) => Promise<void>;

export const outboxTaskName = "outbox-deliver";
const eventsPerRunMax = 500;

/**
 * Writes an event in the caller's transaction. Two transactions that write the same key at once have no order among themselves:
 * hold the lock that orders them (the shard's head, the row in question) before.
 */
export async function publish(tx: Tx, { id, topic, key, payload }: OutboxEvent): Promise<void> {
  await tx.execute(sql`insert into outbox (id, topic, key, payload) values (${id}, ${topic}, ${key}, ${JSON.stringify(payload)}::jsonb)`);
}

/** The job that delivers one key; goes into the worker's tasks under `outboxTaskName`. The first event that fails holds back those behind it. */
export function outboxTask(database: Database, handlers: Readonly<Record<string, OutboxHandler>>): JobTask {
  return async ({ key = "" }) => {
    for (let delivered = 0; delivered < eventsPerRunMax; delivered += 1) {
      const next = await database.transact((tx) => nextOf(tx, key), { readOnly: true });
      if (!next) return;
      const handler = handlers[next.event.topic];
      if (!handler) throw new Error(`nothing handles the outbox topic ${next.event.topic}`);
      await handler(next.event);
      await database.transact((tx) => tx.execute(sql`delete from outbox where position = ${next.position}`));
    }
  };
}

const NextRows = z.array(
  z.object({
    position: z.string(),
    id: z.string(),
    topic: z.string(),
    key: z.string(),
    payload: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
);

async function nextOf(tx: Tx, key: string): Promise<{ position: string; event: OutboxEvent } | undefined> {
  const rows = await tx.execute(
    sql`select position::text as position, id, topic, key, payload from outbox where key = ${key} order by outbox.position limit 1`,
  );
  const [row] = NextRows.parse([...rows]);
  if (!row) return undefined;
  const { position, ...event } = row;
  return { position, event };
}
