/** The consent service as its own process, as it is started in earnest: production mode, one cell. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CellEnv } from "@behest/runtime/env";
import { z } from "zod";
import type { ConsentSecrets } from "../environment.ts";

export type ConsentProcess = {
  url: string;
  /** What it wrote to its log. */
  output: () => string;
  /** Resolves with the exit code when it has ended, null after a kill. */
  ended: Promise<number | null>;
  /** Sends the signal and waits for the end. Answers the exit code, null after a kill. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
};

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const Ready = z.object({ msg: z.literal("ready"), ports: z.array(z.number()).length(1) });

/** Resolves when it listens; it may still be replaying. Throws with its log when it ends before. */
export async function startProcess(
  env: CellEnv<ConsentSecrets>,
  changed: Record<string, string | undefined> = {},
): Promise<ConsentProcess> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"], ...variablesOf(env), ...changed },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(child, "exit").then(() => child.exitCode);
  const port = await Promise.race([portSaid(child), exited.then(() => undefined)]);
  if (port === undefined) throw new Error(`the process ended before it was ready: ${output}`);
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    ended: exited,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

function portSaid(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    let rest = "";
    child.stdout?.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) resolveIfReady(line, resolve);
    });
  });
}

function resolveIfReady(line: string, resolve: (port: number | undefined) => void): void {
  if (!line.startsWith("{")) return;
  const ready = Ready.safeParse(JSON.parse(line));
  if (ready.success) resolve(ready.data.ports[0]);
}

function variablesOf({ cell, databaseUrl, issuer, urls, clientId, clientSecret, extra }: CellEnv<ConsentSecrets>): Record<string, string> {
  const perCell = {
    PORT: "0",
    DATABASE_URL: databaseUrl,
    ISSUER: issuer,
    CONSENT_URL: urls.consent,
    RECORDS_URL: urls.records,
    CRM_URL: urls.crm,
    PORTAL_URL: urls.portal,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
    STOP_LOG_DIR: extra.STOP_LOG_DIR,
    STOP_LOG_KEY: extra.STOP_LOG_KEY,
    CHECKPOINT_DIR: extra.CHECKPOINT_DIR,
    CHECKPOINT_KEY: JSON.stringify(extra.CHECKPOINT_KEY),
    RECEIPT_KEY: JSON.stringify(extra.RECEIPT_KEY),
    COMMITMENT_KEY: extra.COMMITMENT_KEY,
  };
  return {
    BEHEST_MODE: "production",
    BEHEST_CELLS: cell,
    ...Object.fromEntries(Object.entries(perCell).map(([name, value]) => [`${name}_${cell.toUpperCase()}`, value])),
  };
}
