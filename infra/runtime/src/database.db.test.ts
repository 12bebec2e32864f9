import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { openDatabase } from "./database.ts";
import { dbTest } from "./testing/database.ts";

const count = (rows: Iterable<object | undefined>): unknown => Object.entries([...rows][0] ?? {}).find(([name]) => name === "n")?.[1];
const backend = (rows: Iterable<object | undefined>): number => Number(count(rows));

dbTest("a transaction that throws leaves nothing behind", async ({ cellDb }) => {
  await cellDb.sql`create table consent.tally (n int not null)`;
  await cellDb.sql`grant all on consent.tally to behest_eu_consent`;
  const database = cellDb.open("consent");
  const attempt = database.transact(async (tx) => {
    await tx.execute(sql`insert into tally values (1)`);
    throw new Error("no");
  });
  await expect(attempt).rejects.toThrow("no");
  expect(count(await cellDb.sql`select count(*)::int as n from consent.tally`)).toBe(0);
});

dbTest("RUNTIME-4: serialisation failures are retried, so that parallel increments all count", async ({ cellDb }) => {
  await cellDb.sql`create table consent.tally (n int not null)`;
  await cellDb.sql`insert into consent.tally values (0)`;
  await cellDb.sql`grant all on consent.tally to behest_eu_consent`;
  const database = cellDb.open("consent");
  let tries = 0;
  const increment = () =>
    database.transact(
      async (tx) => {
        tries += 1;
        const n = count(await tx.execute(sql`select n from tally`));
        await tx.execute(sql`update tally set n = ${n}::int + 1`);
      },
      { isolation: "serializable" },
    );
  await Promise.all(Array.from({ length: 6 }, increment));
  expect(count(await cellDb.sql`select n from consent.tally`)).toBe(6);
  expect(tries).toBeGreaterThan(6);
});

dbTest("a read-only transaction refuses to write", async ({ cellDb }) => {
  const work = cellDb.open("consent").transact((tx) => tx.execute(sql`delete from idempotency`), { readOnly: true });
  await expect(work).rejects.toMatchObject({ cause: { code: "25006" } });
});

dbTest("a database that can't be reached is Problem unavailable, not a bug", async () => {
  const database = openDatabase({ url: "postgres://nobody:x@127.0.0.1:1/none", service: "consent" });
  await expect(database.ping()).rejects.toMatchObject({ name: "Problem", code: "unavailable", status: 503 });
  await expect(database.transact(async (tx) => tx.execute(sql`select 1`))).rejects.toMatchObject({ code: "unavailable" });
  await database.close();
});

dbTest("RUNTIME-5: a connection cut while a statement runs is unavailable, and the next transaction works", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  const cut = database.transact(async (tx) => {
    const pid = backend(await tx.execute(sql`select pg_backend_pid() as n`));
    const [asleep] = await Promise.allSettled([tx.execute(sql`select pg_sleep(20)`), cellDb.sql`select pg_terminate_backend(${pid})`]);
    if (asleep.status === "rejected") throw asleep.reason;
  });
  await expect(cut).rejects.toMatchObject({ code: "unavailable" });
  await expect(database.transact(async (tx) => count(await tx.execute(sql`select 7 as n`)))).resolves.toBe(7);
});

dbTest(
  "RUNTIME-5: a connection cut while the work does something else is unavailable, and nothing of the work is kept",
  async ({ cellDb }) => {
    await cellDb.sql`create table consent.tally (n int not null)`;
    await cellDb.sql`grant all on consent.tally to behest_eu_consent`;
    const database = cellDb.open("consent");
    const cut = database.transact(async (tx) => {
      await tx.execute(sql`insert into tally values (1)`);
      await cellDb.sql`select pg_terminate_backend(${backend(await tx.execute(sql`select pg_backend_pid() as n`))})`;
      await expect(tx.execute(sql`insert into tally values (2)`)).rejects.toThrow();
      await tx.execute(sql`insert into tally values (3)`);
    });
    await expect(cut).rejects.toMatchObject({ code: "unavailable" });
    expect(count(await cellDb.sql`select count(*)::int as n from consent.tally`)).toBe(0);
  },
);

dbTest("RUNTIME-5: connections cut while idle are noticed before any work is done on them", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  await Promise.all([database.ping(), database.ping(), database.ping()]);
  await cellDb.sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'behest_eu_consent' and datname = current_database()`;
  await expect(database.ping()).resolves.toBeUndefined();
});

dbTest("an error that the work swallowed still fails the transaction, with that error", async ({ cellDb }) => {
  const work = cellDb.open("consent").transact(async (tx) => {
    await tx.execute(sql`select 1 / 0`).catch(() => undefined);
  });
  await expect(work).rejects.toMatchObject({ code: "22012" });
});

dbTest("what may fail alone is a nested transaction, undone by itself", async ({ cellDb }) => {
  await cellDb.sql`create table consent.tally (n int not null unique)`;
  await cellDb.sql`grant all on consent.tally to behest_eu_consent`;
  await cellDb.open("consent").transact(async (tx) => {
    await tx.execute(sql`insert into tally values (1)`);
    const twice = tx.transaction(async (inner) => inner.execute(sql`insert into tally values (2), (1)`));
    await expect(twice).rejects.toMatchObject({ cause: { code: "23505" } });
    await tx.execute(sql`insert into tally values (3)`);
  });
  expect([...(await cellDb.sql`select n from consent.tally order by n`)].map(({ n }) => n)).toEqual([1, 3]);
});

dbTest("a statement after the end of its transaction is refused, for the connection serves somebody else by then", async ({ cellDb }) => {
  const kept: { late?: () => Promise<unknown> } = {};
  await cellDb.open("consent").transact(async (tx) => {
    kept.late = async () => tx.execute(sql`select 1`);
  });
  await expect(kept.late?.()).rejects.toMatchObject({ cause: { message: "the transaction is over" } });
});

dbTest("values come as PostgreSQL's text where a number or date of JavaScript would lose something", async ({ cellDb }) => {
  const [row] = await cellDb
    .open("consent")
    .transact((tx) =>
      tx.execute(
        sql`select 9007199254740993::bigint as big, 1.10::numeric as money, '2026-11-22 09:30:00.123456+00'::timestamptz as at, '{"a":[1]}'::jsonb as doc, ${Buffer.from([1, 2])}::bytea as bytes`,
      ),
    );
  expect(row).toMatchObject({
    big: "9007199254740993",
    money: "1.10",
    at: expect.stringContaining("09:30:00.123456"),
    doc: { a: [1] },
    bytes: Buffer.from([1, 2]),
  });
});
