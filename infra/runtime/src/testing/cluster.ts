/**
 * The PostgreSQL server of a test run and the template that every test clones. An own server is started unless
 * BEHEST_TEST_DATABASE_URL names one (of version 15 or later, for tests only: the roles' passwords are set here).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServiceName } from "@behest/contracts/ids";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { openForServer, startEmbeddedPostgres, stopEmbeddedPostgres, stopEmbeddedPostgresAtOnce } from "../embedded-postgres.ts";
import { migrateCell } from "../migrate.ts";
import { freePort } from "./free-port.ts";

export type TestCluster = { adminUrl: string; template: string };
declare module "vitest" {
  interface ProvidedContext {
    cluster: TestCluster;
  }
}

export const testCell = "eu";
export const testPasswords: Record<ServiceName, string> = {
  consent: "test-consent",
  records: "test-records",
  crm: "test-crm",
  portal: "test-portal",
};
const root = fileURLToPath(new URL("../../../..", import.meta.url));
const startTriesMax = 5;

/** Vitest's global set-up: once for each project that has files to run. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["BEHEST_TEST_DATABASE_URL"];
  const server = given ? { url: given, stop: () => Promise.resolve() } : await startOwnServer();
  const template = `behest_template_${process.pid}_${Date.now().toString(36)}`;
  try {
    await createTemplate(server.url, template);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide("cluster", { adminUrl: server.url, template });
  return async () => {
    if (given) await dropTemplate(server.url, template);
    await server.stop();
  };
}

async function startOwnServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const parent = mkdtempSync(join(tmpdir(), "behest-test-"));
  openForServer(parent);
  const directory = join(parent, "data");
  // Ctrl-C skips the tear-down, and the server runs in the background: without this it would stay.
  const lastResort = () => {
    stopEmbeddedPostgresAtOnce(directory);
    rmSync(parent, { recursive: true, force: true });
  };
  process.once("exit", lastResort);
  const url = await startOnFreePort(directory);
  return {
    url,
    stop: async () => {
      process.removeListener("exit", lastResort);
      await stopEmbeddedPostgres(directory);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

async function startOnFreePort(directory: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startEmbeddedPostgres({ directory, port: await freePort(), password: "test", connectionsMax: 200, durable: false });
    } catch (error) {
      if (tries === startTriesMax) throw error; // somebody took the port between looking and starting
    }
  }
}

async function createTemplate(adminUrl: string, template: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(`create database ${template}`);
    await migrateCell({ ownerUrl: urlOf(adminUrl, template), cell: testCell, rolePasswords: testPasswords, root });
    await admin.unsafe(`alter database ${template} with is_template true allow_connections false`);
  } finally {
    await admin.end();
  }
}

async function dropTemplate(adminUrl: string, template: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`alter database ${template} with is_template false`);
  await admin.unsafe(`drop database ${template} with (force)`);
  await admin.end();
}

/** The same server, another database, and the role's own name and password where given. */
export function urlOf(adminUrl: string, database: string, role?: { name: string; password: string }): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (role) {
    url.username = role.name;
    url.password = role.password;
  }
  return url.href;
}
