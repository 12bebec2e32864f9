/** Brings one cell's database to the state this release needs: roles, schemas, then numbered SQL files, each once and in its own transaction. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cell, ServiceName } from "@behest/contracts/ids";
import postgres, { type Sql } from "postgres";
import { migrateJobs } from "./jobs-migrate.ts";
import { ensureRoles, grantDatabase, roleOf } from "./roles.ts";

export type MigrateOptions = {
  /** A role that may create roles and schemas; it will own the tables. */
  ownerUrl: string;
  cell: Cell;
  rolePasswords: Record<ServiceName, string>;
  /** The repository's root folder. */
  root: string;
};

/** The CRM's tables come first, because `records` is granted them. */
const order: readonly ServiceName[] = ["crm", "consent", "records", "portal"];
const lockKey = 7_203_114_001;

/** Two migrators at once run one after the other; the second finds nothing left to do. Throws when a file that was applied has changed since. */
export async function migrateCell({ ownerUrl, cell, rolePasswords, root }: MigrateOptions): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connection: { application_name: "behest-migrate" } });
  try {
    await sql`select pg_advisory_lock(${lockKey})`; // of this session: it ends with the connection, whatever happens
    await ensureRoles(sql, cell, rolePasswords);
    await grantDatabase(sql, cell);
    await createHistory(sql);
    for (const service of order) await createSchema(sql, service, roleOf(cell, service));
    for (const service of order) await migrateJobs(ownerUrl, service, roleOf(cell, service));
    for (const service of order) {
      await applyFolder(sql, { service, cell, origin: "runtime", folder: join(root, "infra/runtime/migrations") });
      await applyFolder(sql, { service, cell, origin: "service", folder: join(root, "services", service, "migrations") });
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function createHistory(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema if not exists migration;
    create table if not exists migration.applied (
      service text not null,
      origin text not null check (origin in ('runtime', 'service')),
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null default now(),
      primary key (service, origin, name)
    )`);
}

async function createSchema(sql: Sql, service: ServiceName, role: string): Promise<void> {
  await sql.unsafe(`create schema if not exists ${service}; grant usage on schema ${service} to "${role}"`);
}

type Folder = { service: ServiceName; cell: Cell; origin: "runtime" | "service"; folder: string };

async function applyFolder(sql: Sql, { service, cell, origin, folder }: Folder): Promise<void> {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
        .toSorted()
    : [];
  const applied = await sql<
    { name: string; sha256: string }[]
  >`select name, sha256 from migration.applied where service = ${service} and origin = ${origin}`;
  const hashes = new Map(applied.map(({ name, sha256 }) => [name, sha256]));
  for (const name of files) {
    const text = readFileSync(join(folder, name), "utf8");
    const sha256 = createHash("sha256").update(text).digest("hex");
    const before = hashes.get(name);
    if (before === sha256) continue;
    if (before !== undefined)
      throw new Error(`migration ${service}/${name} (${origin}) was changed after it had been applied: add a new file instead`);
    await applyFile(sql, fillPlaceholders(text, service, cell), { service, origin, name, sha256 });
  }
}

async function applyFile(sql: Sql, text: string, row: { service: string; origin: string; name: string; sha256: string }): Promise<void> {
  try {
    await sql.begin(async (tx) => {
      await tx.unsafe(text);
      await tx`insert into migration.applied ${tx(row)}`;
    });
  } catch (error) {
    const detail =
      error instanceof postgres.PostgresError ? `${error.message} (${error.code}, at character ${error.position ?? "?"})` : "unknown fault";
    throw new Error(`migration ${row.service}/${row.name} (${row.origin}) failed: ${detail}`, { cause: error });
  }
}

/** `{{schema}}`, `{{role}}` of the service being migrated; `{{cell}}`; `{{role:crm}}` of another service of the same cell. */
function fillPlaceholders(text: string, service: ServiceName, cell: Cell): string {
  return text.replace(/\{\{([^}]*)\}\}/g, (whole, inner: string) => {
    if (inner === "schema") return service;
    if (inner === "cell") return cell;
    if (inner === "role") return roleOf(cell, service);
    const other = order.find((name) => inner === `role:${name}`);
    if (!other) throw new Error(`unknown placeholder ${whole} in a migration of ${service}`);
    return roleOf(cell, other);
  });
}
