import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { systemClock } from "./clock.ts";
import type { Database } from "./database.ts";
import { newId, newSubjectId } from "./id.ts";
import { missingStops, readStopCheckpoint, writeStopCheckpoint } from "./stop-log-replay.ts";
import { openStopLog, type StopEntry, type StopLog } from "./stop-log.ts";
import { dbTest, type CellDb } from "./testing/database.ts";

const stop = (): StopEntry => ({
  id: newId(systemClock),
  subject: newSubjectId("eu", systemClock),
  kind: "objected",
  purpose: "marketing-email",
  at: systemClock.now().toISOString(),
  body: {},
});

/** As a service starts: every batch in one transaction with its checkpoint. Returns the ids that it wrote. */
async function replay(database: Database, log: StopLog): Promise<string[]> {
  const written: string[] = [];
  const exists = (ids: string[]) =>
    database.transact(async (tx) => {
      const rows = await tx.execute(sql`select id from ledger where id in ${ids}`);
      return new Set(rows.map((row) => String(row["id"])));
    });
  for await (const { missing, reached } of missingStops(log, exists, await database.transact(readStopCheckpoint), 3)) {
    await database.transact(async (tx) => {
      for (const { id } of missing) await tx.execute(sql`insert into ledger (id) values (${id}) on conflict do nothing`);
      await writeStopCheckpoint(tx, reached);
    });
    written.push(...missing.map(({ id }) => id));
  }
  return written;
}
const ledger = async ({ sql: owner }: CellDb): Promise<string[]> =>
  (await owner`select id from consent.ledger order by id`).map((row) => String(row["id"]));

dbTest(
  "STOPLOG-6: a database restored from before some stops gets exactly those back, with the checkpoint of its own age",
  async ({ cellDb }) => {
    const directory = await mkdtemp(join(tmpdir(), "stops-"));
    const log = openStopLog({ directory, cell: "eu", key: randomBytes(32).toString("base64url"), clock: systemClock });
    await cellDb.sql`create table consent.ledger (id text primary key)`;
    await cellDb.sql`grant select, insert on consent.ledger to behest_eu_consent`;
    const database = cellDb.open("consent");

    const before = Array.from({ length: 7 }, stop);
    await Promise.all(before.map((entry) => log.append(entry)));
    expect(await replay(database, log)).toEqual(before.map(({ id }) => id));
    expect(await replay(database, log)).toEqual([]);

    const backup = { rows: await ledger(cellDb), checkpoint: await database.transact(readStopCheckpoint) };
    const after = Array.from({ length: 5 }, stop);
    await Promise.all(after.map((entry) => log.append(entry)));
    await replay(database, log);
    const whole = await ledger(cellDb);

    await cellDb.sql`delete from consent.ledger where not id = any(${backup.rows})`;
    await cellDb.sql`delete from consent.stop_checkpoint`;
    await database.transact((tx) => writeStopCheckpoint(tx, backup.checkpoint));
    expect(await replay(database, log)).toEqual(after.map(({ id }) => id));
    expect(await ledger(cellDb)).toEqual(whole);
    await log.close();
    await rm(directory, { recursive: true });
  },
);

dbTest("STOPLOG-6: two processes that replay at once never move the checkpoint back", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  for (const offset of [100, 300, 200]) await database.transact((tx) => writeStopCheckpoint(tx, new Map([["segment", offset]])));
  expect(await database.transact(readStopCheckpoint)).toEqual(new Map([["segment", 300]]));
});
