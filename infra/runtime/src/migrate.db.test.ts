import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { expect, inject } from "vitest";
import { migrateCell } from "./migrate.ts";
import { testPasswords, urlOf } from "./testing/cluster.ts";
import { dbTest } from "./testing/database.ts";

/** A repository with nothing but the given consent migrations. */
async function withRoot(
  files: Record<string, string>,
  work: (root: string, write: (name: string, text: string) => void) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "behest-migrate-"));
  const folder = join(root, "services/consent/migrations");
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  try {
    await work(root, write);
  } finally {
    rmSync(root, { recursive: true });
  }
}

dbTest("RUNTIME-6: migrations are applied once, also by two migrators at once, and a changed file is refused", async ({ cellDb }) => {
  const first = {
    "0001_first.sql": "create table {{schema}}.first (n int); grant select on {{schema}}.first to {{role}}, {{role:records}};",
  };
  await withRoot(first, async (root, write) => {
    const options = { ownerUrl: cellDb.owner, cell: cellDb.cell, rolePasswords: testPasswords, root };
    await cellDb.sql`delete from migration.applied`;
    await Promise.all([migrateCell(options), migrateCell(options)]);
    expect(await cellDb.sql`select service, name from migration.applied`).toEqual([{ service: "consent", name: "0001_first.sql" }]);
    write("0001_first.sql", "create table {{schema}}.other (n int)");
    await expect(migrateCell(options)).rejects.toThrow("migration consent/0001_first.sql (service) was changed after it had been applied");
  });
});

dbTest("a migration that fails leaves nothing of itself and is named", async ({ cellDb }) => {
  await withRoot({ "0001_half.sql": "create table {{schema}}.half (n int);\nselect nonsense;" }, async (root) => {
    const attempt = migrateCell({ ownerUrl: cellDb.owner, cell: cellDb.cell, rolePasswords: testPasswords, root });
    await expect(attempt).rejects.toThrow(/consent\/0001_half\.sql .* failed: column "nonsense" does not exist/);
    expect(await cellDb.sql`select to_regclass('consent.half') as found`).toEqual([{ found: null }]);
  });
});

dbTest("RUNTIME-7: a service's role reaches its own schema and no other, and may create nothing", async ({ cellDb }) => {
  await cellDb.sql`create table portal.secret (n int)`;
  const consent = postgres(cellDb.url("consent"), { max: 1 });
  await expect(consent`select * from portal.secret`).rejects.toMatchObject({ code: "42501" });
  await expect(consent`create table public.mine (n int)`).rejects.toMatchObject({ code: "42501" });
  await expect(consent`create table consent.mine (n int)`).rejects.toMatchObject({ code: "42501" });
  await expect(consent`create temporary table mine (n int)`).rejects.toMatchObject({ code: "42501" });
  await expect(consent`create role mine`).rejects.toMatchObject({ code: "42501" });
  await expect(consent`select count(*) from consent.idempotency`).resolves.toHaveLength(1);
  await consent.end();
});

dbTest("RUNTIME-7: a role without a grant can't even connect", async ({ cellDb }) => {
  const name = `stranger_${process.pid}_${Date.now().toString(36)}`;
  await cellDb.sql.unsafe(`create role ${name} login password 'x'`);
  const stranger = postgres(urlOf(inject("cluster").adminUrl, new URL(cellDb.owner).pathname.slice(1), { name, password: "x" }), {
    max: 1,
  });
  await expect(stranger`select 1`).rejects.toMatchObject({ code: "42501" });
  await stranger.end();
  await cellDb.sql.unsafe(`drop role ${name}`);
});
