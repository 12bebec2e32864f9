/** `pnpm migrate`: every cell whose DATABASE_URL_<CELL> (an owner's address) is set, with ROLE_PASSWORD_<CELL>_<SERVICE> for its roles. */
import { fileURLToPath } from "node:url";
import { cells, type Cell, type ServiceName } from "@behest/contracts/ids";
import { migrateCell } from "./migrate.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const missing: string[] = [];
const wanted = cells.flatMap((cell) => {
  const ownerUrl = process.env[`DATABASE_URL_${cell.toUpperCase()}`];
  return ownerUrl ? [{ cell, ownerUrl, rolePasswords: passwordsOf(cell) }] : [];
});

if (wanted.length === 0) fail("nothing to migrate: set DATABASE_URL_EU (or _UK, _US, _CN, _JP) to an owner's address");
else if (missing.length > 0) fail(`can't migrate, these are missing: ${missing.join(", ")}`);
else await migrateAll();

async function migrateAll(): Promise<void> {
  for (const { cell, ownerUrl, rolePasswords } of wanted) {
    try {
      await migrateCell({ ownerUrl, cell, rolePasswords, root });
      process.stdout.write(`${cell}: up to date\n`);
    } catch (error) {
      fail(`${cell}: ${error instanceof Error ? error.message : "unknown fault"}`);
      return;
    }
  }
}

function passwordsOf(cell: Cell): Record<ServiceName, string> {
  const password = (service: ServiceName) => {
    const name = `ROLE_PASSWORD_${cell.toUpperCase()}_${service.toUpperCase()}`;
    const value = process.env[name];
    if (!value) missing.push(name);
    return value ?? "";
  };
  return { consent: password("consent"), records: password("records"), crm: password("crm"), portal: password("portal") };
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
