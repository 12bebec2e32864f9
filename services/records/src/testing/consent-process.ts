/** The real consent service as a process of its own, on a test's database: the door must not import it, and must not fake it. */
import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CellDb } from "@behest/runtime/testing/database";
import { until } from "@behest/runtime/testing/until";
import { z } from "zod";

export type ConsentProcess = { url: string; stop: () => Promise<void>; kill: () => Promise<void> };

const entry = fileURLToPath(new URL("../../../consent/src/main.ts", import.meta.url));
const Ready = z.object({ msg: z.literal("ready"), ports: z.array(z.int()).length(1) });

export async function startConsent(cellDb: CellDb, issuer: string): Promise<ConsentProcess> {
  const directory = await mkdtemp(join(tmpdir(), "behest-door-"));
  const key = () => JSON.stringify(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }));
  const secret = () => randomBytes(32).toString("base64url");
  const child = spawn(process.execPath, [entry], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"] ?? "",
      BEHEST_MODE: "test",
      BEHEST_CELLS: "eu",
      PORT_EU: "0",
      DATABASE_URL_EU: cellDb.url("consent"),
      ISSUER_EU: issuer,
      CONSENT_URL_EU: "http://127.0.0.1:1",
      RECORDS_URL_EU: "http://127.0.0.1:1",
      CRM_URL_EU: "http://127.0.0.1:1",
      PORTAL_URL_EU: "http://127.0.0.1:1",
      CLIENT_ID_EU: "consent",
      CLIENT_SECRET_EU: "test",
      STOP_LOG_DIR_EU: join(directory, "stops"),
      STOP_LOG_KEY_EU: secret(),
      CHECKPOINT_DIR_EU: join(directory, "checkpoints"),
      CHECKPOINT_KEY_EU: key(),
      RECEIPT_KEY_EU: key(),
      COMMITMENT_KEY_EU: secret(),
    },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      const ready = Ready.safeParse(fromJson(line));
      if (ready.success) resolve(ready.data.ports[0] ?? 0);
    });
    void ended.then(() => reject(new Error(`consent ended before it was ready: ${lines.slice(-3).join(" | ")}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/readyz`)).status === 200);
  const end = (signal: "SIGTERM" | "SIGKILL") => async () => {
    child.kill(signal);
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  return { url, stop: end("SIGTERM"), kill: end("SIGKILL") };
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
