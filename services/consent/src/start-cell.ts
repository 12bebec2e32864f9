/** Brings one cell's consent service to life: listening at once, answering only after every stop is in the database. */
import { audienceOf } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { PolicySet } from "@behest/policies/compile";
import { clientCredentials, tokenVerifier } from "@behest/runtime/actor";
import { checkpointCell } from "@behest/runtime/audit-cell";
import type { Clock } from "@behest/runtime/clock";
import { connectionFault } from "@behest/runtime/database-fault";
import { openDatabase } from "@behest/runtime/database";
import type { CellEnv } from "@behest/runtime/env";
import type { Readiness, ServiceApp } from "@behest/runtime/http";
import type { Log } from "@behest/runtime/log";
import { openStopLog } from "@behest/runtime/stop-log";
import { setTimeout as pause } from "node:timers/promises";
import { consentApp } from "./app.ts";
import { startBackground } from "./background.ts";
import type { ConsentSecrets } from "./environment.ts";
import { receiptSigner } from "./receipt-signer.ts";
import { replayStops } from "./replay-stops.ts";
import { tellRecords } from "./tell-records.ts";

export type StartedCell = {
  app: ServiceApp;
  /** Resolves when the stops are replayed and requests are answered; rejects when that can't be. */
  ready: Promise<void>;
  stop(): Promise<void>;
};
type Options = { env: CellEnv<ConsentSecrets>; policies: PolicySet; clock: Clock; log: Log; draining: () => boolean };

const retryMs = 500;

export async function startCell({ env, policies, clock, log, draining }: Options): Promise<StartedCell> {
  const { cell, extra } = env;
  const database = openDatabase({ url: env.databaseUrl, service: "consent" });
  const stopLog = openStopLog({ directory: extra.STOP_LOG_DIR, cell, key: extra.STOP_LOG_KEY, clock });
  const ledger = { cell, clock, commitmentKey: Buffer.from(extra.COMMITMENT_KEY, "base64url"), stops: stopLog };
  const audit = { database, cell, clock, directory: extra.CHECKPOINT_DIR, key: extra.CHECKPOINT_KEY };
  let readiness: Exclude<Readiness, "draining"> = "replaying";
  let stopped = false;
  let background: { stop(): Promise<void> } | undefined;

  const app = consentApp(
    { cell, clock, policies, ledger, receipts: await receiptSigner(extra.RECEIPT_KEY), portalUrl: env.urls.portal },
    {
      database,
      log,
      verify: tokenVerifier({ issuer: env.issuer, audience: audienceOf(cell, "consent"), cell }),
      readiness: () => (draining() ? "draining" : readiness),
    },
  );

  /** Without the database there is nothing to compare with yet: again until it is there. A damaged stop log is for a person to look at. */
  async function untilReachable<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!stopped) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Problem && error.code === "unavailable") && connectionFault(error) === undefined) throw error;
        log.warn({ cell }, "the database is not reachable yet");
        await pause(retryMs);
      }
    }
    return undefined;
  }
  async function recover(): Promise<void> {
    const checkpoints = { directory: extra.CHECKPOINT_DIR, key: extra.CHECKPOINT_KEY, cell };
    const replay = await untilReachable(() => replayStops({ database, ledger, stopLog, checkpoints }));
    if (replay === undefined) return;
    log.info({ cell, replayed: replay.replayed, epoch: replay.epoch }, "stop log and database agree");
    readiness = "ok";
    // After a restore the heads of before are history: the next start must not take them for lost ones again.
    if (replay.restored) await untilReachable(() => checkpointCell(audit));
    const tell = tellRecords({ cell, url: env.urls.records, tokenFor: clientCredentials(env).tokenFor, log });
    background = await untilReachable(() => startBackground({ audit, url: env.databaseUrl, tell, log }));
  }
  const recovered = recover();

  return {
    app,
    ready: recovered,
    async stop() {
      stopped = true;
      await recovered.catch(() => undefined); // whoever waits for `ready` has been told
      await background?.stop();
      if (readiness === "ok")
        await checkpointCell(audit).catch((error: unknown) => log.warn({ cell, err: error }, "no checkpoint at shutdown"));
      await stopLog.close();
      await database.close();
    },
  };
}
