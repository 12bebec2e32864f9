/** The process of the portal: every cell it is given, each with its own port, database, key and issuer. */
import { loadPolicies } from "@behest/policies/load";
import { systemClock } from "@behest/runtime/clock";
import { readServiceEnv } from "@behest/runtime/env";
import { runService } from "@behest/runtime/lifetime";
import { createLog } from "@behest/runtime/log";
import { portalEnvironment, startCell } from "./start-cell.ts";

await runService({
  service: "portal",
  log: createLog("portal", "info"),
  start: async ({ draining }) => {
    const env = readServiceEnv("portal", portalEnvironment);
    const policies = loadPolicies(env.policiesDir);
    const log = createLog("portal", env.logLevel);
    return env.cells.map((cell) => {
      const { app, stop } = startCell({ env: cell, policies, clock: systemClock, log, draining });
      return { cell: cell.cell, host: env.host, port: cell.port, handler: app.listener, stop };
    });
  },
});
