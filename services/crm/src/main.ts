/** Composes the CRM: one app for each cell that this process serves, each with its own database and issuer. */
import { audienceOf } from "@behest/contracts/ids";
import { tokenVerifier } from "@behest/runtime/actor";
import { systemClock } from "@behest/runtime/clock";
import { openDatabase } from "@behest/runtime/database";
import { readServiceEnv, type CellEnv } from "@behest/runtime/env";
import { runService, type CellServer, type Life } from "@behest/runtime/lifetime";
import { createLog, type Log } from "@behest/runtime/log";
import { createCrmApp } from "./app.ts";

const service = "crm";

await runService({
  service,
  log: createLog(service, "info"),
  start: async (life) => {
    const env = readServiceEnv(service, {});
    const log = createLog(service, env.logLevel);
    return env.cells.map((cell) => serverOf(cell, env.host, life, log));
  },
});

function serverOf({ cell, port, issuer, databaseUrl }: CellEnv<object>, host: string, life: Life, log: Log): CellServer {
  const database = openDatabase({ url: databaseUrl, service });
  const app = createCrmApp({
    cell,
    database,
    log,
    clock: systemClock,
    verify: tokenVerifier({ issuer, audience: audienceOf(cell, service), cell }),
    readiness: () => (life.draining() ? "draining" : "ok"),
  });
  return { cell, host, port, handler: app.listener, stop: () => database.close() };
}
