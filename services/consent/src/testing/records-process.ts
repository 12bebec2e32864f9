/** The real records service as a process of its own, on a test's database: consent must not import it, and must not fake it. Its mail server is not there. */
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CellDb } from "@behest/runtime/testing/database";
import { until } from "@behest/runtime/testing/until";

const main = fileURLToPath(new URL("../../../records/src/main.ts", import.meta.url));
const nowhere = "http://127.0.0.1:9";

/** Resolves when it answers. */
export async function startRecords(cellDb: CellDb, issuer: string, port: number): Promise<{ stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "behest-records-"));
  const child = spawn(process.execPath, [main], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      BEHEST_MODE: "test",
      BEHEST_CELLS: "eu",
      PORT_EU: String(port),
      DATABASE_URL_EU: cellDb.url("records"),
      ISSUER_EU: issuer,
      CONSENT_URL_EU: nowhere,
      RECORDS_URL_EU: nowhere,
      CRM_URL_EU: nowhere,
      PORTAL_URL_EU: nowhere,
      CLIENT_ID_EU: "records",
      CLIENT_SECRET_EU: "test",
      CHECKPOINT_DIR_EU: directory,
      CHECKPOINT_KEY_EU: JSON.stringify(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" })),
      SMTP_URL_EU: "smtp://127.0.0.1:9",
      MAIL_FROM_EU: "privacy@example.com",
    },
  });
  const ended = once(child, "exit");
  const answers = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status === 200;
  await until(async () => child.exitCode !== null || (await answers()), 60);
  if (child.exitCode !== null) throw new Error(`records ended before it was ready, with ${child.exitCode}`);
  return {
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
