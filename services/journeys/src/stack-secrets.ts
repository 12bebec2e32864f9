/** Secrets of the running stack that a process beside it must share: role passwords of the database server, keys of a cell. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cell, ServiceName } from "@behest/contracts/ids";
import { z } from "zod";
import { stackFolder } from "./stack.ts";

const Key = z.record(z.string(), z.string());
const CellSecrets = z.object({
  services: z.record(z.string(), z.object({ rolePassword: z.string(), checkpointKey: Key })),
  stopLogKey: z.string(),
  commitmentKey: z.string(),
  receiptKey: Key,
});
const Secrets = z.object({ cells: z.record(z.string(), CellSecrets) });

export function secretsOf(cell: Cell): z.infer<typeof CellSecrets> {
  const { cells } = Secrets.parse(JSON.parse(readFileSync(join(stackFolder(), "secrets.json"), "utf8")));
  const found = cells[cell];
  if (found === undefined) throw new Error(`no secrets of ${cell}`);
  return found;
}

export function passwordOf(cell: Cell, service: ServiceName): string {
  const password = secretsOf(cell).services[service]?.rolePassword;
  if (password === undefined) throw new Error(`no database password of ${service} in ${cell}`);
  return password;
}
