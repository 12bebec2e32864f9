/** Composes the door: one app for each cell this process serves, each with its own database, issuer and consent. */
import { audienceOf } from "@behest/contracts/ids";
import { loadPolicies, policiesDirectory } from "@behest/policies/load";
import { clientCredentials, tokenVerifier } from "@behest/runtime/actor";
import { systemClock } from "@behest/runtime/clock";
import { openDatabase } from "@behest/runtime/database";
import { readServiceEnv, type CellEnv } from "@behest/runtime/env";
import { runService, type CellServer, type Life } from "@behest/runtime/lifetime";
import { createLog } from "@behest/runtime/log";
import { startWorker } from "@behest/runtime/jobs-worker";
import { startSchedules } from "@behest/runtime/schedule";
import { createRecordsApp } from "./app.ts";
import { consentClient } from "./consent-client.ts";
import { openDoor } from "./open-door.ts";
import { ownTables } from "./own-tables.ts";
import { runEnrolment } from "./run-enrolment.ts";
import { enrolOnTick } from "./start-enrolment.ts";

const service = "records";
const log = createLog(service, "info");

await runService({
  service,
  log,
  start: async (life) => {
    const env = readServiceEnv(service, {});
    const policies = loadPolicies(env.policiesDir ?? policiesDirectory);
    return Promise.all(env.cells.map((cell) => startCell(cell, env.host, policies, life)));
  },
});

async function startCell(env: CellEnv<object>, host: string, policies: ReturnType<typeof loadPolicies>, life: Life): Promise<CellServer> {
  const { cell, port, issuer, clientId, clientSecret } = env;
  const database = openDatabase({ url: env.databaseUrl, service });
  const { tokenFor } = clientCredentials({ issuer, clientId, clientSecret });
  const door = openDoor({ cell, policies, database, clock: systemClock, consent: consentClient({ cell, url: env.urls.consent, tokenFor }) });
  const worker = await startWorker({ url: env.databaseUrl, service, concurrency: 1, log, tasks: { enrol: ({ run }) => runEnrolment(door, run ?? ""), "enrol-tick": () => enrolOnTick(door) } });
  const schedules = await startSchedules({ database, clock: systemClock, log, schedules: [{ name: "enrol", cron: "* * * * *", task: "enrol-tick", catchUpMax: 1 }] });
  const app = createRecordsApp(door, ownTables(policies), {
    verify: tokenVerifier({ issuer, audience: audienceOf(cell, service), cell }),
    log,
    readiness: () => (life.draining() ? "draining" : "ok"),
  });
  return {
    cell, host, port, handler: app.listener,
    stop: async () => {
      await schedules.stop();
      await worker.stop();
      await database.close();
    },
  };
}
