/**
 * Reads another service's change feed shard by shard into this service's tables. The position is written in the transaction that applies the page,
 * so a page is applied once, in order and without gaps, by however many replicas; in a new epoch (the source was restored) reading begins at the start.
 */
import type { Revision } from "@behest/contracts/ids";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database, Tx } from "./database.ts";

/** `events`: those after the asked position, in order. */
export type FeedPage<E> = { epoch: number; shard: number; head: number; events: readonly E[] };

/** `apply` must be idempotent: after a new epoch it meets events again. */
export type Feed<E extends { revision: Revision }> = {
  name: string;
  shards: number;
  fetchPage: (shard: number, after: number) => Promise<FeedPage<E>>;
  apply: (tx: Tx, events: readonly E[]) => Promise<void>;
};

const shardsAtOnceMax = 4;

/** Reads every shard up to its head as it is now; returns how many events this call applied. */
export async function readFeed<E extends { revision: Revision }>(database: Database, feed: Feed<E>): Promise<number> {
  let applied = 0;
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let shard = next; shard < feed.shards; shard = next) {
      next += 1;
      const read = await readShard(database, feed, shard);
      applied += read;
    }
  };
  await Promise.all(Array.from({ length: shardsAtOnceMax }, reader));
  return applied;
}

async function readShard<E extends { revision: Revision }>(database: Database, feed: Feed<E>, shard: number): Promise<number> {
  let applied = 0;
  for (;;) {
    const at = await database.transact((tx) => positionOf(tx, feed.name, shard), { readOnly: true });
    const page = await feed.fetchPage(shard, at.position);
    const restarted = page.epoch !== at.epoch && at.epoch !== 0;
    if (restarted && at.position > 0) {
      await database.transact((tx) => moveTo(tx, feed.name, shard, at, { epoch: page.epoch, position: 0 }));
      continue;
    }
    if (page.events.length === 0) return applied;
    const to = { epoch: page.epoch, position: lastPosition(feed.name, page, at.position) };
    const moved = await database.transact(async (tx) => {
      const mine = await moveTo(tx, feed.name, shard, at, to);
      if (mine) await feed.apply(tx, page.events);
      return mine;
    });
    if (moved) applied += page.events.length;
    if (to.position >= page.head) return applied;
  }
}

/** The position of the page's last event. Throws when an event of the page is not the one right behind the event before it. */
function lastPosition<E extends { revision: Revision }>(feed: string, page: FeedPage<E>, after: number): number {
  let position = after;
  for (const { revision } of page.events) {
    const expected = `${page.epoch}:${page.shard}:${position + 1}`;
    if (revision !== expected) throw new Error(`the feed ${feed} has ${revision} where ${expected} belongs`);
    position += 1;
  }
  return position;
}

type FeedPosition = { epoch: number; position: number };
const PositionRows = z.array(z.object({ epoch: z.coerce.number(), position: z.coerce.number() }));

/** Epoch 0, position 0: never read. */
async function positionOf(tx: Tx, feed: string, shard: number): Promise<FeedPosition> {
  const rows = await tx.execute(sql`select epoch, position from feed_position where feed = ${feed} and shard = ${shard}`);
  return PositionRows.parse([...rows])[0] ?? { epoch: 0, position: 0 };
}

/** False when another replica has moved it meanwhile. Holds the row until the transaction ends, so two replicas never apply one page. */
async function moveTo(tx: Tx, feed: string, shard: number, from: FeedPosition, to: FeedPosition): Promise<boolean> {
  const rows = await tx.execute(sql`
    insert into feed_position (feed, shard, epoch, position) values (${feed}, ${shard}, ${to.epoch}, ${to.position})
    on conflict (feed, shard) do update set epoch = excluded.epoch, position = excluded.position
      where feed_position.epoch = ${from.epoch} and feed_position.position = ${from.position}
    returning position`);
  return rows.length === 1;
}
