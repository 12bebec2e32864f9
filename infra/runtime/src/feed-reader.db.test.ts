import { Revision } from "@behest/contracts/ids";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Database } from "./database.ts";
import { readFeed, type Feed, type FeedPage } from "./feed-reader.ts";
import { dbTest, type CellDb } from "./testing/database.ts";

type Event = { revision: Revision };
const shards = 3;

/** A source with pages of two events; `heads` by shard. */
function sourceOf(
  epoch: number,
  heads: number[],
): { fetchPage: (shard: number, after: number) => Promise<FeedPage<Event>>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    fetchPage: (shard, after) => {
      asked.push(`${shard}:${after}`);
      const head = heads[shard] ?? 0;
      const positions = [after + 1, after + 2].filter((position) => position <= head);
      return Promise.resolve({
        epoch,
        shard,
        head,
        events: positions.map((position) => ({ revision: Revision.parse(`${epoch}:${shard}:${position}`) })),
      });
    },
  };
}
const feedOf = (source: Pick<ReturnType<typeof sourceOf>, "fetchPage">, apply?: Feed<Event>["apply"]): Feed<Event> => ({
  name: "changes",
  shards,
  fetchPage: source.fetchPage,
  apply:
    apply ??
    (async (tx, events) => {
      for (const { revision } of events) await tx.execute(sql`insert into seen (revision) values (${revision})`);
    }),
});
async function prepared(cellDb: CellDb): Promise<Database> {
  await cellDb.sql`create table records.seen (revision text primary key)`;
  await cellDb.sql`grant select, insert, delete on records.seen to behest_eu_records`;
  return cellDb.open("records");
}
const seen = async (cellDb: CellDb): Promise<string[]> =>
  (await cellDb.sql`select revision from records.seen order by 1`).map((row) => String(row["revision"]));

dbTest("FEED-1: every event is applied once, and the next read asks only for what is behind it", async ({ cellDb }) => {
  const database = await prepared(cellDb);
  expect(await readFeed(database, feedOf(sourceOf(1, [3, 0, 1])))).toBe(4);
  const later = sourceOf(1, [4, 1, 1]);
  expect(await readFeed(database, feedOf(later))).toBe(2);
  expect(later.asked.toSorted()).toEqual(["0:3", "1:0", "2:1"]);
  expect(await seen(cellDb)).toEqual(["1:0:1", "1:0:2", "1:0:3", "1:0:4", "1:1:1", "1:2:1"]);
});

dbTest("FEED-1: replicas that read at once apply every event once between them", async ({ cellDb }) => {
  const database = await prepared(cellDb);
  const applied = await Promise.all([0, 1, 2].map(() => readFeed(database, feedOf(sourceOf(1, [9, 9, 9])))));
  expect(applied.reduce((sum, count) => sum + count, 0)).toBe(27);
  expect(await seen(cellDb)).toHaveLength(27);
});

dbTest("FEED-2: a page whose application fails leaves neither its events nor its position", async ({ cellDb }) => {
  const database = await prepared(cellDb);
  const source = sourceOf(1, [4, 0, 0]);
  const failing = feedOf(source, async (tx, events) => {
    for (const { revision } of events) {
      if (revision === "1:0:4") throw new Error("no");
      await tx.execute(sql`insert into seen (revision) values (${revision})`);
    }
  });
  await expect(readFeed(database, failing)).rejects.toThrow("no");
  expect(await seen(cellDb)).toEqual(["1:0:1", "1:0:2"]);
  expect(await readFeed(database, feedOf(source))).toBe(2);
});

dbTest("FEED-3: a page with a gap or out of order is refused whole", async ({ cellDb }) => {
  const database = await prepared(cellDb);
  const gap: FeedPage<Event> = {
    epoch: 1,
    shard: 0,
    head: 3,
    events: [{ revision: Revision.parse("1:0:1") }, { revision: Revision.parse("1:0:3") }],
  };
  await expect(readFeed(database, { ...feedOf({ fetchPage: () => Promise.resolve(gap) }), shards: 1 })).rejects.toThrow(
    "the feed changes has 1:0:3 where 1:0:2 belongs",
  );
  expect(await seen(cellDb)).toEqual([]);
});

dbTest("FEED-4: a new epoch is read from its start, shard by shard", async ({ cellDb }) => {
  const database = await prepared(cellDb);
  await readFeed(database, feedOf(sourceOf(1, [5, 0, 2])));
  expect(await readFeed(database, feedOf(sourceOf(2, [3, 1, 2])))).toBe(6);
  expect((await seen(cellDb)).filter((revision) => revision.startsWith("2:"))).toEqual([
    "2:0:1",
    "2:0:2",
    "2:0:3",
    "2:1:1",
    "2:2:1",
    "2:2:2",
  ]);
  expect(await readFeed(database, feedOf(sourceOf(2, [3, 1, 2])))).toBe(0);
});
