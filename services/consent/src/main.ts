/** The process of the consent service: every cell it is given, each with its own port, database, keys and stop log. */
import { loadPolicies } from "@behest/policies/load";
import { systemClock } from "@behest/runtime/clock";
import { readServiceEnv } from "@behest/runtime/env";
import { runService } from "@behest/runtime/lifetime";
import { createLog } from "@behest/runtime/log";
import { startTelemetry } from "@behest/runtime/telemetry-start";
import { consentEnvironment } from "./environment.ts";
import { startCell } from "./start-cell.ts";

const log = createLog("consent", "info");

await runService({
  service: "consent",
  log,
  start: async ({ draining }) => {
    const env = readServiceEnv("consent", consentEnvironment);
    const telemetry = await startTelemetry({ service: "consent", endpoint: env.otlpEndpoint });
    const policies = loadPolicies(env.policiesDir);
    return Promise.all(
      env.cells.map(async (cell) => {
        const started = await startCell({ env: cell, policies, clock: systemClock, log: createLog("consent", env.logLevel), draining });
        // Unhandled on purpose when it fails: the process ends rather than stand there and never answer.
        void started.ready;
        return {
          cell: cell.cell,
          host: env.host,
          port: cell.port,
          handler: started.app.listener,
          stop: () => started.stop().finally(telemetry.stop),
        };
      }),
    );
  },
});
