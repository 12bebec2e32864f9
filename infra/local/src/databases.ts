/** One database a cell: in the embedded PostgreSQL, or wherever DATABASE_URL_<CELL> points. */
import { type Cell, type ServiceName, cells } from "@behest/contracts/ids";
import { portOfRunning, startEmbeddedPostgres, stopEmbeddedPostgres } from "@behest/runtime/embedded-postgres";
import { migrateCell } from "@behest/runtime/migrate";
import { roleOf } from "@behest/runtime/roles";
import postgres from "postgres";
import type { Addresses } from "./addresses.ts";
import type { LocalFiles } from "./local-files.ts";
import { type Secrets, rolePasswordsOf } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import { StartFailure } from "./start-failure.ts";
import type { StopScope } from "./stop-scope.ts";

/** Pools of four services times five cells, their job runners, and some to spare for psql. */
const connectionsMax = 400;
export type OwnerUrls = Record<Cell, string>;

export const embeddedCells = (settings: Settings): Cell[] => cells.filter((cell) => settings.databaseUrls[cell] === undefined);

/** A server that a killed copy left behind is used again, so its port is rightly taken. */
export function postgresPorts(settings: Settings, files: LocalFiles, addresses: Addresses): Array<{ port: number; what: string }> {
  const needed = embeddedCells(settings).length > 0 && portOfRunning(files.postgres) === undefined;
  return needed ? [{ port: addresses.postgresPort, what: "PostgreSQL" }] : [];
}

/** Owner URL of every cell's database, which exists afterwards. @throws StartFailure */
export async function openDatabases(
  settings: Settings,
  files: LocalFiles,
  addresses: Addresses,
  secrets: Secrets,
  scope: StopScope,
): Promise<OwnerUrls> {
  const embedded = embeddedCells(settings);
  const server = embedded.length === 0 ? undefined : await startServer(files, addresses, secrets, scope);
  if (server !== undefined) await createMissing(server, embedded.map(databaseOf));
  const urls = cells.map((cell) => [cell, settings.databaseUrls[cell] ?? databaseUrl(server ?? "", databaseOf(cell))] as const);
  return ownerUrlsOf(urls);
}

const databaseOf = (cell: Cell): string => `behest_${cell}`;

async function startServer(files: LocalFiles, addresses: Addresses, secrets: Secrets, scope: StopScope): Promise<string> {
  await scope.add(() => stopEmbeddedPostgres(files.postgres));
  try {
    return await startEmbeddedPostgres({
      directory: files.postgres,
      port: addresses.postgresPort,
      password: secrets.postgresPassword,
      connectionsMax,
      durable: true,
    });
  } catch (error) {
    throw new StartFailure(error instanceof Error ? error.message : "PostgreSQL did not start", error);
  }
}

/** And shuts the two databases that are nobody's. */
async function createMissing(serverUrl: string, names: readonly string[]): Promise<void> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    const present = new Set((await sql<{ name: string }[]>`select datname as name from pg_database`).map(({ name }) => name));
    for (const name of names) if (!present.has(name)) await sql.unsafe(`create database "${name}"`);
    // PostgreSQL lets every role into these. The server is ours alone; on somebody else's that is for its administrator to say.
    for (const name of ["postgres", "template1"]) await sql.unsafe(`revoke connect, temporary on database "${name}" from public`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Roles, schemas and tables of every cell, as this release needs them. @throws StartFailure */
export async function migrateCells(root: string, urls: OwnerUrls, secrets: Secrets): Promise<void> {
  await Promise.all(
    cells.map(async (cell) => {
      try {
        await migrateCell({ ownerUrl: urls[cell], cell, rolePasswords: rolePasswordsOf(secrets, cell), root });
      } catch (error) {
        throw new StartFailure(
          `the database of ${cell} can't be prepared: ${error instanceof Error ? error.message : "unknown fault"}`,
          error,
        );
      }
    }),
  );
}

/** The URL by which one service signs in to its cell's database, with its own role. */
export function serviceUrl(ownerUrl: string, cell: Cell, service: ServiceName, secrets: Secrets): string {
  const url = new URL(ownerUrl);
  url.username = roleOf(cell, service);
  url.password = secrets.cells[cell].services[service].rolePassword;
  return url.href;
}

function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Changes when a database is dropped and made anew, so that the demo is filled in again. */
export async function identityOf(ownerUrl: string): Promise<string> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql<{ oid: string }[]>`select oid::text from pg_database where datname = current_database()`;
    const { host, pathname } = new URL(ownerUrl);
    return `${host}${pathname}#${row?.oid ?? ""}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The one cast of this file: made from all cells, so total. */
const ownerUrlsOf = (entries: ReadonlyArray<readonly [Cell, string]>): OwnerUrls => Object.fromEntries(entries) as OwnerUrls;
