import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { Sql } from "postgres";
import { describe, expect } from "vitest";
import { checkpointCell, verifyCell, type CellAudit } from "./audit-cell.ts";
import type { Finding } from "./audit-finding.ts";
import type { Database } from "./database.ts";
import { appendProof, createProofTable, proofTable, rewriteFrom } from "./testing/chained-table.ts";
import { fixedClock } from "./testing/clock.ts";
import { dbTest } from "./testing/database.ts";

const clock = fixedClock(new Date("2026-03-01T10:00:00Z"));
const newKey = async (): Promise<JWK> => exportJWK((await generateKeyPair("ES256", { extractable: true })).privateKey);

type Chained = CellAudit & {
  owner: Sql;
  role: Database;
  folder: string;
  findings(): Promise<Finding[]>;
  checkpoint(): Promise<unknown>;
  append(shard: number, count: number): Promise<void>;
};
const test = dbTest.extend<{ chained: Chained }>({
  chained: async ({ cellDb }, use) => {
    const directory = await mkdtemp(join(tmpdir(), "checkpoints-"));
    const role = cellDb.open("consent");
    const audit: CellAudit = { database: role, cell: "eu", directory, key: await newKey() };
    await createProofTable(cellDb.sql, 3);
    const append = async (shard: number, count: number): Promise<void> => {
      for (let row = 0; row < count; row += 1) await appendProof(role, shard, randomUUID(), row % 2 === 0 ? "a note" : null);
    };
    // All but that nothing was checkpointed yet, which the tests that write no checkpoint know.
    const findings = async (): Promise<Finding[]> =>
      (await verifyCell(audit))
        .filter(({ table }) => table === proofTable)
        .flatMap((result) => result.findings)
        .filter(({ kind }) => kind !== "no_checkpoint");
    const checkpoint = () => checkpointCell({ ...audit, clock });
    await append(0, 4);
    await append(1, 5);
    await use({ ...audit, owner: cellDb.sql, role, folder: join(directory, proofTable), findings, checkpoint, append });
    await rm(directory, { recursive: true });
  },
});

test("AUDIT-1: an untouched chain verifies, with and without checkpoints, while the clock and the shards move on", async ({ chained }) => {
  expect(await chained.findings()).toEqual([]);
  await chained.checkpoint();
  await chained.append(1, 2);
  await chained.checkpoint();
  expect((await verifyCell(chained)).find(({ table }) => table === proofTable)).toEqual({
    table: proofTable,
    rows: 11,
    shards: 3,
    checkpoints: 2,
    findings: [],
  });
});

test("AUDIT-1: writers that race on one shard leave one gap-free chain", async ({ chained }) => {
  const positions = await Promise.all(Array.from({ length: 12 }, () => appendProof(chained.role, 2, randomUUID(), null)));
  expect(positions.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(await chained.findings()).toEqual([]);
});

test("AUDIT-1: a nullable column added later leaves old rows true, and a value put into it is found", async ({ chained }) => {
  await chained.owner`alter table consent.proof add column channel text`;
  expect(await chained.findings()).toEqual([]);
  await chained.owner`update consent.proof set channel = 'email' where shard = 1 and position = 2`;
  expect(await chained.findings()).toMatchObject([{ shard: 1, position: 2, kind: "row_altered" }]);
});

describe("AUDIT-2: a change of any column of any row is found and named by shard and position", () => {
  const changes: Record<string, string> = {
    id: "gen_random_uuid()",
    subject: "'eu_2'",
    kind: "'withdrawn'",
    at: "at + interval '1 microsecond'",
    day: "day + 1",
    sure: "false",
    weight: "0.1000000000000001",
    amount: "1.500",
    tags: "array['a b', 'c']",
    body: `jsonb_set(body, '{a,1}', 'false')`,
    commitment: "set_byte(commitment, 0, 1)",
    note: "''",
    previous_hash: "set_byte(previous_hash, 31, 1 - get_byte(previous_hash, 31) % 2)",
    hash: "set_byte(hash, 0, (get_byte(hash, 0) + 1) % 256)",
  };
  for (const [column, value] of Object.entries(changes)) {
    test(`AUDIT-2: column ${column}`, async ({ chained }) => {
      await chained.owner.unsafe(`update consent.proof set ${column} = ${value} where shard = 1 and position = 2`);
      const found = await chained.findings();
      expect(found[0]).toMatchObject({
        table: proofTable,
        shard: 1,
        position: 2,
        kind: column === "previous_hash" ? "link_broken" : "row_altered",
      });
    });
    if (["previous_hash", "hash", "id"].includes(column)) continue;
    test(`AUDIT-2: column ${column} emptied`, async ({ chained }) => {
      await chained.owner.unsafe(`update consent.proof set ${column} = null where shard = 1 and position = 3`);
      expect(await chained.findings()).toMatchObject([{ shard: 1, position: 3, kind: "row_altered" }]);
    });
  }
  test("AUDIT-2: column shard", async ({ chained }) => {
    await chained.owner`update consent.proof set shard = 7 where shard = 1 and position = 5`;
    expect(await chained.findings()).toMatchObject([
      { shard: 1, position: 4, kind: "head_differs" },
      { shard: 7, position: 1, kind: "row_missing" },
      { shard: 7, position: 5, kind: "link_broken" },
      { shard: 7, position: 5, kind: "row_altered" },
      { shard: 7, position: 5, kind: "head_missing" },
    ]);
  });
  test("AUDIT-2: column position", async ({ chained }) => {
    await chained.owner`update consent.proof set position = -1 where shard = 1 and position = 1`;
    expect((await chained.findings()).map(({ kind, position }) => [kind, position])).toContainEqual(["row_inserted", -1]);
  });
  test("AUDIT-2: the heads row", async ({ chained }) => {
    await chained.owner`update consent.proof_head set hash = set_byte(hash, 3, (get_byte(hash, 3) + 1) % 256) where shard = 0`;
    await chained.owner`update consent.proof_head set head = 9 where shard = 1`;
    expect(await chained.findings()).toMatchObject([
      { shard: 0, position: 4, kind: "head_differs" },
      { shard: 1, position: 5, kind: "head_differs" },
    ]);
    await chained.owner`delete from consent.proof_head where shard = 1`;
    expect(await chained.findings()).toMatchObject([{ shard: 0 }, { shard: 1, kind: "head_missing" }]);
  });
});

test("AUDIT-3: a row removed or inserted in the middle is found", async ({ chained }) => {
  await chained.owner`delete from consent.proof where shard = 1 and position = 3`;
  expect(await chained.findings()).toMatchObject([
    { shard: 1, position: 3, kind: "row_missing" },
    { shard: 1, position: 4, kind: "link_broken" },
  ]);
  await chained.owner`insert into consent.proof select shard, 3, gen_random_uuid(), subject, kind, at, day, sure, weight, amount, tags, body, commitment, note, previous_hash, hash
    from consent.proof where shard = 1 and position = 2`;
  expect((await chained.findings()).map(({ kind, position }) => [kind, position])).toEqual([
    ["link_broken", 3],
    ["row_altered", 3],
    ["link_broken", 4],
  ]);
});

test("AUDIT-4: a tail cut together with its head is found by the checkpoint that had seen it", async ({ chained }) => {
  await chained.checkpoint();
  await chained.owner`delete from consent.proof where shard = 1 and position > 3`;
  await chained.owner`update consent.proof_head h set head = 3, hash = p.hash from consent.proof p where h.shard = 1 and p.shard = 1 and p.position = 3`;
  expect(await chained.findings()).toMatchObject([{ shard: 1, position: 4, kind: "tail_cut" }]);
});

test("AUDIT-4: a shard emptied with its head is found by the checkpoint", async ({ chained }) => {
  await chained.checkpoint();
  await chained.owner`delete from consent.proof where shard = 1`;
  await chained.owner`delete from consent.proof_head where shard = 1`;
  expect(await chained.findings()).toMatchObject([
    { shard: 1, kind: "head_missing" },
    { shard: 1, position: 1, kind: "tail_cut" },
  ]);
});

test("AUDIT-5: a history rewritten consistently after a row is found by the checkpoint, and no later checkpoint covers it", async ({
  chained,
}) => {
  await chained.checkpoint();
  await rewriteFrom(chained.owner, chained.role, 1, 3);
  const rewritten = [{ shard: 1, position: 5, kind: "history_rewritten" }];
  expect(await chained.findings()).toMatchObject(rewritten);
  await chained.checkpoint();
  await chained.append(1, 1);
  await chained.checkpoint();
  expect(await chained.findings()).toMatchObject(rewritten);
});

describe("AUDIT-6: a checkpoint that our key did not sign as it stands is found", () => {
  test("AUDIT-6: signed by another key", async ({ chained }) => {
    await checkpointCell({ ...chained, key: await newKey(), clock });
    expect(await chained.findings()).toMatchObject([
      { kind: "checkpoint_forged", shard: null, detail: expect.stringContaining("000000001.jws: not signed") },
    ]);
  });
  test("AUDIT-6: one byte changed", async ({ chained }) => {
    await chained.checkpoint();
    const path = join(chained.folder, "000000001.jws");
    const text = await readFile(path, "utf8");
    const [head, payload = "", signature] = text.split(".");
    const changed = Buffer.from(Buffer.from(payload, "base64url").toString().replace("[0,4,", "[0,3,")).toString("base64url");
    await writeFile(path, [head, changed, signature].join("."));
    expect(await chained.findings()).toMatchObject([{ kind: "checkpoint_forged" }]);
  });
  test("AUDIT-6: taken out of the middle, or replayed under another number", async ({ chained }) => {
    for (let count = 0; count < 3; count += 1) await chained.checkpoint();
    await rm(join(chained.folder, "000000002.jws"));
    expect(await chained.findings()).toMatchObject([{ kind: "checkpoint_forged", detail: "000000003.jws: checkpoint 2 is missing" }]);
    await rename(join(chained.folder, "000000001.jws"), join(chained.folder, "000000002.jws"));
    expect((await chained.findings())[0]).toMatchObject({ kind: "checkpoint_forged", detail: "000000002.jws: signed as number 1" });
  });
});

test("AUDIT-6: a chain whose table no longer calls itself one is missed by its checkpoints", async ({ chained }) => {
  await chained.checkpoint();
  await chained.owner`comment on table consent.proof is null`;
  expect(await chained.findings()).toMatchObject([{ kind: "chain_missing", table: proofTable }]);
});

test("AUDIT-10: a chain without any checkpoint is a finding of its own, empty or not, until the first is written, and again when all are gone", async ({
  chained,
}) => {
  const kinds = async () => (await verifyCell(chained)).flatMap(({ table, findings }) => findings.map(({ kind }) => [table, kind]));
  const none = [
    ["consent.proof", "no_checkpoint"],
    ["consent.subject_event", "no_checkpoint"],
  ];
  expect(await kinds()).toEqual(none);
  await chained.checkpoint();
  expect(await kinds()).toEqual([]);
  await rm(chained.folder, { recursive: true });
  expect(await kinds()).toEqual(none.slice(0, 1));
});

test("AUDIT-7: replicas that write checkpoints at once get gap-free numbers that follow each other", async ({ chained }) => {
  await Promise.all(Array.from({ length: 6 }, () => chained.checkpoint()));
  expect(await readdir(chained.folder)).toEqual([
    "000000001.jws",
    "000000002.jws",
    "000000003.jws",
    "000000004.jws",
    "000000005.jws",
    "000000006.jws",
  ]);
  expect(await chained.findings()).toEqual([]);
});
