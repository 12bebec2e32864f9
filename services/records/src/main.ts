/** Composes the door: one app for each cell this process serves, each with its own database, issuer and consent. */
import { audienceOf } from "@behest/contracts/ids";
import type { PolicySet } from "@behest/policies/compile";
import { loadPolicies, policiesDirectory } from "@behest/policies/load";
import { clientCredentials, tokenVerifier } from "@behest/runtime/actor";
import { checkpointCell } from "@behest/runtime/audit-cell";
import { systemClock } from "@behest/runtime/clock";
import { openDatabase } from "@behest/runtime/database";
import { readServiceEnv, type CellEnv } from "@behest/runtime/env";
import { runService, type CellServer, type Life } from "@behest/runtime/lifetime";
import { createLog } from "@behest/runtime/log";
import { createRecordsApp } from "./app.ts";
import { startEnrolling, startMailing } from "./background.ts";
import { consentClient } from "./consent-client.ts";
import { recordsEnvironment, type RecordsSettings } from "./environment.ts";
import { openMailer } from "./mailer.ts";
import { openDoor } from "./open-door.ts";
import { ownTables } from "./own-tables.ts";

const service = "records";
const log = createLog(service, "info");

await runService({
  service,
  log,
  start: async (life) => {
    const env = readServiceEnv(service, recordsEnvironment);
    const policies = loadPolicies(env.policiesDir ?? policiesDirectory);
    const demandTls = env.mode === "production";
    return Promise.all(env.cells.map((cell) => startCell(cell, { host: env.host, demandTls, policies, life })));
  },
});

type Shared = { host: string; demandTls: boolean; policies: PolicySet; life: Life };

async function startCell(env: CellEnv<RecordsSettings>, { host, demandTls, policies, life }: Shared): Promise<CellServer> {
  const { cell, port, issuer, clientId, clientSecret, databaseUrl: url, urls, extra } = env;
  const database = openDatabase({ url, service });
  const { tokenFor } = clientCredentials({ issuer, clientId, clientSecret });
  const door = openDoor({ cell, policies, database, clock: systemClock, consent: consentClient({ cell, url: urls.consent, tokenFor }) });
  const mailer = openMailer({ url: extra.SMTP_URL, from: extra.MAIL_FROM, demandTls });
  const audit = { database, cell, clock: systemClock, directory: extra.CHECKPOINT_DIR, key: extra.CHECKPOINT_KEY };
  const enrolling = await startEnrolling({ door, url, audit, log });
  const mailing = await startMailing({ door, url, mailer, portalUrl: urls.portal, log });
  const app = createRecordsApp(door, ownTables(policies), {
    verify: tokenVerifier({ issuer, audience: audienceOf(cell, service), cell }),
    log,
    readiness: () => (life.draining() ? "draining" : "ok"),
  });
  return {
    cell,
    host,
    port,
    handler: app.listener,
    stop: async () => {
      await Promise.all([enrolling.stop(), mailing.stop()]);
      await checkpointCell(audit).catch((error: unknown) => log.warn({ cell, err: error }, "no checkpoint at shutdown"));
      await database.close();
    },
  };
}
