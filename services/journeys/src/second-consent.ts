/** A second consent process for a cell of the running stack: the same database, stop log and keys, a port of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Cell } from "@behest/contracts/ids";
import { freePort } from "@behest/runtime/testing/free-port";
import { until } from "@behest/runtime/testing/until";
import { passwordOf, secretsOf } from "./stack-secrets.ts";
import { readStack, root, stackFolder } from "./stack.ts";

export type SecondConsent = { url: string; stop: () => Promise<void> };

const readySecondsMax = 60;

export async function startSecondConsent(cell: Cell): Promise<SecondConsent> {
  const stack = readStack();
  const secrets = secretsOf(cell);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const role = new URL(stack.databases[cell]);
  role.username = `behest_${cell}_consent`;
  role.password = passwordOf(cell, "consent");
  const folder = join(stackFolder(), "cells", cell);
  const values = {
    PORT: String(port),
    DATABASE_URL: role.href,
    ISSUER: stack.cells[cell].issuer,
    CONSENT_URL: url,
    RECORDS_URL: stack.cells[cell].records,
    CRM_URL: stack.cells[cell].crm,
    PORTAL_URL: stack.cells[cell].portal,
    CLIENT_ID: "consent",
    CLIENT_SECRET: stack.clients["consent"]?.secret ?? "",
    STOP_LOG_DIR: join(folder, "stop-log"),
    STOP_LOG_KEY: secrets.stopLogKey,
    CHECKPOINT_DIR: join(folder, "checkpoints", "consent"),
    CHECKPOINT_KEY: JSON.stringify(secrets.services["consent"]?.checkpointKey),
    RECEIPT_KEY: JSON.stringify(secrets.receiptKey),
    COMMITMENT_KEY: secrets.commitmentKey,
  };
  const child = spawn(process.execPath, [join(root, "services/consent/src/main.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"] ?? "",
      BEHEST_MODE: "test",
      BEHEST_CELLS: cell,
      LOG_LEVEL: "warn",
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`${name}_${cell.toUpperCase()}`, value])),
    },
  });
  const ended = once(child, "exit");
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200, readySecondsMax);
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
