/** One login role per service and cell. Roles belong to the whole database server, rights to one database. */
import type { Cell, ServiceName } from "@behest/contracts/ids";
import { serviceNames } from "@behest/contracts/ids";
import type { Sql } from "postgres";
import { scramVerifier } from "./scram.ts";

export const roleOf = (cell: Cell, service: ServiceName): string => `behest_${cell}_${service}`;

const triesMax = 5;
/** Two migrators on one server can meet at the same role: it exists already, or its row was updated meanwhile. */
const meetings = new Set(["42710", "23505", "XX000"]);

export async function ensureRoles(sql: Sql, cell: Cell, passwords: Record<ServiceName, string>): Promise<void> {
  for (const service of serviceNames) await ensureRole(sql, roleOf(cell, service), passwords[service]);
}

async function ensureRole(sql: Sql, role: string, password: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const [found] = await sql`select 1 from pg_roles where rolname = ${role}`;
      // No other attribute is named: a role has none of them by default, and only a superuser may name them of a role that exists.
      await sql.unsafe(`${found ? "alter" : "create"} role "${role}" login password '${scramVerifier(password)}'`);
      return;
    } catch (error) {
      const met = error instanceof Error && "code" in error && typeof error.code === "string" && meetings.has(error.code);
      if (!met || tries === triesMax) throw error;
    }
  }
}

/** Nobody has rights by being nobody in particular; each service may connect. Not copied with a template, so a clone needs it again. */
export async function grantDatabase(sql: Sql, cell: Cell): Promise<void> {
  const [row] = await sql<{ name: string }[]>`select current_database() as name`;
  const database = `"${(row?.name ?? "").replaceAll('"', '""')}"`;
  const roles = serviceNames.map((service) => `"${roleOf(cell, service)}"`).join(", ");
  await sql.unsafe(
    `revoke all on database ${database} from public; grant connect on database ${database} to ${roles}; revoke all on schema public from public`,
  );
}
