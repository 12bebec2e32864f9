import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import { expect } from "vitest";
import { appendProof, createProofTable } from "./testing/chained-table.ts";
import { dbTest } from "./testing/database.ts";

const cli = new URL("./audit-cli.ts", import.meta.url).pathname;
type Ran = { code: unknown; out: string };

function run(command: string, env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, command], { env }, (fault, stdout, stderr) =>
      resolve({ code: fault?.code ?? 0, out: stdout + stderr }),
    );
  });
}

dbTest(
  "AUDIT-8: the command line checkpoints, verifies with the public key alone, names what is wrong and exits 1; 2 when it can't run",
  async ({ cellDb }) => {
    const directory = await mkdtemp(join(tmpdir(), "checkpoints-"));
    const key = await exportJWK((await generateKeyPair("ES256", { extractable: true })).privateKey);
    const { d: _private, ...publicKey } = key;
    const env = (jwk: object): Record<string, string> => ({
      BEHEST_CELLS: "eu",
      DATABASE_URL_EU: cellDb.owner,
      CHECKPOINT_DIR_EU: directory,
      CHECKPOINT_KEY_EU: JSON.stringify(jwk),
    });
    await createProofTable(cellDb.sql, 1);
    await appendProof(cellDb.open("consent"), 0, randomUUID(), "first");

    expect(await run("verify", env(publicKey))).toMatchObject({
      code: 1,
      out: expect.stringContaining("eu consent.proof shard - position -: no_checkpoint"),
    });
    expect(await run("checkpoint", env(key))).toMatchObject({
      code: 0,
      out: expect.stringContaining("eu consent.proof: checkpoint 1 of 1 heads"),
    });
    expect(await run("verify", env(publicKey))).toMatchObject({
      code: 0,
      out: expect.stringContaining("eu consent.proof: 1 rows in 1 shards, 1 checkpoints, true"),
    });
    await cellDb.sql`update consent.proof set note = 'other'`;
    expect(await run("verify", env(publicKey))).toMatchObject({
      code: 1,
      out: expect.stringContaining("eu consent.proof shard 0 position 1: row_altered"),
    });
    expect(await run("verify", { ...env(publicKey), CHECKPOINT_DIR_EU: "" })).toEqual({ code: 2, out: "CHECKPOINT_DIR_EU is not set\n" });
    await rm(directory, { recursive: true });
  },
);
