import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { openDatabase } from "./database.ts";
import { dbTest } from "./testing/database.ts";

const count = (rows: Iterable<object | undefined>): unknown => Object.entries([...rows][0] ?? {}).find(([name]) => name === "n")?.[1];

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

dbTest("RUNTIME-5: when connections are cut in the middle of a transaction it is unavailable, and the next one works", async ({ cellDb }) => {
  const database = cellDb.open("consent");
  const cut = database.transact(async (tx) => {
    const [row] = [...(await tx.execute(sql`select pg_backend_pid() as pid`))];
    await cellDb.sql`select pg_terminate_backend(${Number(row?.["pid"])})`;
    await tx.execute(sql`select 1`);
  });
  await expect(cut).rejects.toMatchObject({ code: "unavailable" });
  await expect(database.transact(async (tx) => count(await tx.execute(sql`select 7 as n`)))).resolves.toBe(7);
});
