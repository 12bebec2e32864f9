/** A database of its own for each test: a clone of the migrated template, dropped afterwards. */
import type { ServiceName } from "@behest/contracts/ids";
import postgres, { type Sql } from "postgres";
import { inject, test } from "vitest";
import { openDatabase, type Database } from "../database.ts";
import { grantDatabase, roleOf } from "../roles.ts";
import { testCell, testPasswords, urlOf } from "./cluster.ts";

export type CellDb = {
  cell: "eu";
  /** URL as the owner of all tables. */
  owner: string;
  /** URL as a service's own role. */
  url(service: ServiceName): string;
  /** Opens as a service's own role; closed after the test. */
  open(service: ServiceName): Database;
  /** Plain SQL as the owner, to look behind the scenes; closed after the test. */
  sql: Sql;
};

let clones = 0;

export const dbTest = test.extend<{ cellDb: CellDb }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixture's needs from this pattern: it has none
  cellDb: async ({}, use) => {
    const clone = await cloneTemplate();
    try {
      await use(clone.cellDb);
    } finally {
      await clone.drop();
    }
  },
});

/** For tests that need more than one database at once; `drop` must be called. */
export async function cloneTemplate(): Promise<{ cellDb: CellDb; drop: () => Promise<void> }> {
  const { adminUrl, template } = inject("cluster");
  const name = `${template.replace("template", "clone")}_${process.pid}_${(clones += 1)}`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
  const owner = urlOf(adminUrl, name);
  const sql = postgres(owner, { max: 2, onnotice: () => {} });
  await grantDatabase(sql, testCell);
  const opened: Database[] = [];
  const url = (service: ServiceName) => urlOf(adminUrl, name, { name: roleOf(testCell, service), password: testPasswords[service] });
  const open = (service: ServiceName) => {
    const database = openDatabase({ url: url(service), service });
    opened.push(database);
    return database;
  };
  const drop = async () => {
    await Promise.all([...opened.map((database) => database.close()), sql.end({ timeout: 1 })]);
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  };
  return { cellDb: { cell: testCell, owner, url, open, sql }, drop };
}
