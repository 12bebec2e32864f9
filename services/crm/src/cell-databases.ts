/** Where each cell's database is: DATABASE_URL_<CELL>, else the local stack that `pnpm start` has set up. */
import { existsSync, readFileSync } from "node:fs";
import { cells, type Cell } from "@behest/contracts/ids";
import { z } from "zod";
import { ImportFault } from "./import-fault.ts";

/** Of the CRM's own role: an import needs no more. */
const Stack = z.object({ crmDatabases: z.partialRecord(z.enum(cells), z.string()) });

/** Throws ImportFault when neither is there. `stackFile`: the local stack's description. */
export function cellDatabases(env: NodeJS.ProcessEnv, stackFile: string): ReadonlyMap<Cell, string> {
  const given = new Map<Cell, string>();
  for (const cell of cells) {
    const url = env[`DATABASE_URL_${cell.toUpperCase()}`];
    if (url) given.set(cell, url);
  }
  if (given.size > 0) return given;
  const local = localStack(stackFile);
  if (!local)
    throw new ImportFault(
      `No database: set DATABASE_URL_<CELL> (such as DATABASE_URL_EU), or run \`npx pnpm@12 start\` first, which writes ${stackFile}.`,
    );
  for (const cell of cells) {
    const url = local.crmDatabases[cell];
    if (url) given.set(cell, url);
  }
  return given;
}

function localStack(stackFile: string): z.infer<typeof Stack> | undefined {
  if (!existsSync(stackFile)) return undefined;
  try {
    return Stack.safeParse(JSON.parse(readFileSync(stackFile, "utf8"))).data;
  } catch {
    return undefined; // no JSON: as good as not there
  }
}
