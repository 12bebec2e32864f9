/**
 * `node infra/runtime/src/audit-cli.ts verify|checkpoint`: every hash chain of the cells in BEHEST_CELLS.
 * For each cell DATABASE_URL_<CELL> (a role that may read the chains), CHECKPOINT_DIR_<CELL>, CHECKPOINT_KEY_<CELL> (ES256 JWK; verifying needs no more than its public part).
 * Exit 0: all true · 1: something was found, each finding one line with table, shard and position · 2: it could not be run.
 */
import { Cell } from "@behest/contracts/ids";
import type { JWK } from "jose";
import { z } from "zod";
import { checkpointCell, verifyCell, type CellAudit } from "./audit-cell.ts";
import { systemClock } from "./clock.ts";
import { openDatabase } from "./database.ts";
import { describeError } from "./describe-error.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const Jwk = z.looseObject({ kty: z.literal("EC"), crv: z.literal("P-256"), x: z.string(), y: z.string(), d: z.string().exactOptional() });

async function main(command: string | undefined, env: NodeJS.ProcessEnv): Promise<number> {
  if (command !== "verify" && command !== "checkpoint") throw new Error("usage: audit-cli.ts verify|checkpoint");
  const cells = z
    .array(Cell)
    .min(1, "BEHEST_CELLS names no cell")
    .parse((env["BEHEST_CELLS"] ?? "").split(",").filter((cell) => cell !== ""));
  let findings = 0;
  for (const cell of cells) {
    const audit = openCell(cell, env);
    try {
      findings += command === "verify" ? await verify(audit) : await checkpoint(audit);
    } finally {
      await audit.database.close();
    }
  }
  return findings > 0 ? 1 : 0;
}

async function verify(audit: CellAudit): Promise<number> {
  const results = await verifyCell(audit);
  for (const { table, rows, shards, checkpoints, findings } of results) {
    print(
      `${audit.cell} ${table}: ${rows} rows in ${shards} shards, ${checkpoints} checkpoints, ${findings.length === 0 ? "true" : `${findings.length} findings`}`,
    );
    for (const { shard, position, kind, detail } of findings)
      print(`${audit.cell} ${table} shard ${shard ?? "-"} position ${position ?? "-"}: ${kind}, ${detail}`);
  }
  return results.reduce((sum, { findings }) => sum + findings.length, 0);
}

async function checkpoint(audit: CellAudit): Promise<0> {
  for (const { table, number, heads } of await checkpointCell({ ...audit, clock: systemClock }))
    print(`${audit.cell} ${table}: checkpoint ${number} of ${heads.length} heads`);
  return 0;
}

function openCell(cell: Cell, env: NodeJS.ProcessEnv): CellAudit {
  const need = (name: string): string => {
    const value = env[`${name}_${cell.toUpperCase()}`];
    if (value === undefined || value === "") throw new Error(`${name}_${cell.toUpperCase()} is not set`);
    return value;
  };
  const directory = need("CHECKPOINT_DIR");
  const key: JWK = parseKey(need("CHECKPOINT_KEY"), cell);
  return { cell, directory, key, database: openDatabase({ url: need("DATABASE_URL"), service: "audit", poolMax: 1 }) };
}

function parseKey(text: string, cell: Cell): JWK {
  try {
    return Jwk.parse(JSON.parse(text));
  } catch {
    // Without the cause: it may quote the key.
    throw new Error(`CHECKPOINT_KEY_${cell.toUpperCase()} is no ES256 key as a JWK`);
  }
}

try {
  process.exitCode = await main(process.argv[2], process.env);
} catch (fault) {
  process.stderr.write(`${fault instanceof Error && !("query" in fault) ? fault.message : JSON.stringify(describeError(fault))}\n`);
  process.exitCode = 2;
}
