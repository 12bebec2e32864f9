/**
 * Signed checkpoints of a chain's heads, kept outside the database: what was true then can't be rewritten later unnoticed.
 * One file each, `<directory>/<schema.table>/000000001.jws` (JWS compact, ES256), numbered without gaps and each naming the SHA-256 of the one before:
 * one may not go missing in the middle. Keep the directory where the database's administrators can't write, best write-once.
 */
import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Cell } from "@behest/contracts/ids";
import { sql } from "drizzle-orm";
import { CompactSign, compactVerify, importJWK, type JWK } from "jose";
import { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Database } from "./database.ts";
import { qualified } from "./sql-names.ts";

const jwsType = "behest-checkpoint";
const suffix = ".jws";

const Checkpoint = z.strictObject({
  cell: Cell,
  table: z.string(),
  number: z.int().min(1),
  at: z.iso.datetime(),
  /** SHA-256 of the checkpoint before, hex; null for the first. */
  previous: z.string().nullable(),
  /** Shard, position, hash in hex, of every shard that has a row. */
  heads: z.array(z.tuple([z.int(), z.int(), z.string()])),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** `key`: ES256 JWK; to verify, its public part is enough. `table`: `schema.table`. */
export type CheckpointPlace = { directory: string; key: JWK; cell: Cell; table: string };

const HeadRows = z.array(z.object({ shard: z.number(), head: z.coerce.number(), hash: z.string() }));
const writeTriesMax = 20;

/** Signs the heads as they are committed now. Any number of replicas may do so at once: each gets a number of its own. */
export async function writeCheckpoint(options: CheckpointPlace & { database: Database; heads: string; clock: Clock }): Promise<Checkpoint> {
  const { directory, key, cell, table, database, clock } = options;
  const rows = await database.transact(
    async (tx) =>
      HeadRows.parse([
        ...(await tx.execute(
          sql`select shard, head, encode(hash, 'hex') as hash from ${qualified(options.heads)} where head > 0 order by shard`,
        )),
      ]),
    { readOnly: true },
  );
  const heads = rows.map(({ shard, head, hash }): [number, number, string] => [shard, head, hash]);
  const folder = join(directory, table);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const signingKey = await importJWK(key, "ES256");
  for (let tries = 1; ; tries += 1) {
    const last = (await namesIn(folder)).at(-1);
    const previous = last === undefined ? null : digest(await readFile(join(folder, last), "utf8"));
    const checkpoint: Checkpoint = {
      cell,
      table,
      number: last === undefined ? 1 : numberOf(last) + 1,
      at: clock.now().toISOString(),
      previous,
      heads,
    };
    const jws = await new CompactSign(Buffer.from(JSON.stringify(checkpoint)))
      .setProtectedHeader({ alg: "ES256", typ: jwsType })
      .sign(signingKey);
    if (await placeNew(folder, nameOf(checkpoint.number), jws)) return checkpoint;
    if (tries === writeTriesMax) throw new Error(`no free checkpoint number after ${writeTriesMax} tries in ${folder}`);
  }
}

/** `checkpoint` undefined: the file is not what our key signed, or not where it belongs; `fault` says why. */
export type CheckpointRead =
  | { file: string; checkpoint: Checkpoint; fault?: undefined }
  | { file: string; checkpoint?: undefined; fault: string };

/** Every checkpoint of a chain, oldest first, each verified on its own and against the one before. */
export async function readCheckpoints({ directory, key, cell, table }: CheckpointPlace): Promise<CheckpointRead[]> {
  const folder = join(directory, table);
  const { d: _private, ...publicKey } = key;
  const verificationKey = await importJWK(publicKey, "ES256");
  const reads: CheckpointRead[] = [];
  let before: { number: number; digest: string } | undefined;
  for (const file of await namesIn(folder)) {
    const jws = await readFile(join(folder, file), "utf8");
    const checkpoint = await opened(jws, verificationKey);
    const fault =
      checkpoint === undefined
        ? "not signed by the checkpoint key"
        : misplaced(checkpoint, { cell, table, number: numberOf(file), before });
    reads.push(checkpoint && fault === undefined ? { file, checkpoint } : { file, fault: fault ?? "unreadable" });
    before = { number: numberOf(file), digest: digest(jws) };
  }
  return reads;
}

/** Tables that have checkpoints in a directory: a chain may not vanish together with its table's comment. */
export async function checkpointedTables(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(ignoreMissing);
  return (entries ?? [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

async function opened(jws: string, key: Awaited<ReturnType<typeof importJWK>>): Promise<Checkpoint | undefined> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ["ES256"] });
    if (protectedHeader.typ !== jwsType) return undefined;
    return Checkpoint.safeParse(JSON.parse(Buffer.from(payload).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

type Place = { cell: Cell; table: string; number: number; before: { number: number; digest: string } | undefined };
function misplaced(checkpoint: Checkpoint, { cell, table, number, before }: Place): string | undefined {
  if (checkpoint.cell !== cell || checkpoint.table !== table) return `signed for ${checkpoint.table} of cell ${checkpoint.cell}`;
  if (checkpoint.number !== number) return `signed as number ${checkpoint.number}`;
  // Older ones may have been archived, so the first that is here has nothing to be compared with.
  if (before === undefined) return undefined;
  if (before.number !== number - 1) return `checkpoint ${number - 1} is missing`;
  return checkpoint.previous === before.digest ? undefined : `checkpoint ${number - 1} is not the one that this one followed`;
}

const digest = (jws: string): string => createHash("sha256").update(jws).digest("hex");
const nameOf = (number: number): string => String(number).padStart(9, "0") + suffix;
const numberOf = (name: string): number => Number(name.slice(0, -suffix.length));

async function namesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
  return names.filter((name) => /^\d{9}\.jws$/.test(name)).toSorted();
}

/** Whole or not at all: written aside, synced, then linked under its name. False when the name is taken. */
async function placeNew(folder: string, name: string, text: string): Promise<boolean> {
  const aside = join(folder, `.${randomUUID()}`);
  const file = await open(aside, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(aside, join(folder, name));
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "EEXIST") return false;
    throw fault;
  } finally {
    await file.close();
    await unlink(aside);
  }
  const directory = await open(folder, "r");
  await directory.sync().finally(() => directory.close());
  return true;
}

function ignoreMissing(fault: NodeJS.ErrnoException): undefined {
  if (fault.code !== "ENOENT") throw fault;
}
