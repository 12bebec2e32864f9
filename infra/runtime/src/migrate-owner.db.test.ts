import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { expect, test } from "vitest";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { migrateCell } from "./migrate.ts";
import { testPasswords, urlOf } from "./testing/cluster.ts";
import { withOwnServer } from "./testing/own-server.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

test("an owner who is no superuser migrates, and migrates again with new passwords", async () => {
  await withOwnServer(async (server) => {
    const adminUrl = await startEmbeddedPostgres(server);
    const admin = postgres(adminUrl, { max: 1 });
    await admin`create role cell_owner login createrole password 'x'`;
    await admin`create database behest_jp owner cell_owner`;
    await admin.end();
    const ownerUrl = urlOf(adminUrl, "behest_jp", { name: "cell_owner", password: "x" });
    await migrateCell({ ownerUrl, cell: "jp", rolePasswords: testPasswords, root });
    await migrateCell({ ownerUrl, cell: "jp", rolePasswords: { ...testPasswords, consent: "changed" }, root });
    const consent = postgres(urlOf(adminUrl, "behest_jp", { name: "behest_jp_consent", password: "changed" }), { max: 1 });
    expect(await consent`select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user`).toEqual([
      { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolbypassrls: false },
    ]);
    await consent.end();
  });
}, 60_000);
