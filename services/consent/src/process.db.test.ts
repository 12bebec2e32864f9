import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { audienceOf } from "@behest/contracts/ids";
import { verifyCell } from "@behest/runtime/audit-cell";
import { openDatabase } from "@behest/runtime/database";
import { removeEmbeddedPostgres, startEmbeddedPostgres, stopEmbeddedPostgresAtOnce } from "@behest/runtime/embedded-postgres";
import { migrateCell } from "@behest/runtime/migrate";
import { testPasswords, urlOf } from "@behest/runtime/testing/cluster";
import { freePort } from "@behest/runtime/testing/free-port";
import { dbTest } from "@behest/runtime/testing/database";
import { startTestIssuer, type TestIssuer } from "@behest/runtime/testing/tokens";
import { until } from "@behest/runtime/testing/until";
import { roleOf } from "@behest/runtime/roles";
import { newSubjectId } from "@behest/runtime/id";
import { systemClock } from "@behest/runtime/clock";
import postgres, { type Sql } from "postgres";
import { describe, expect } from "vitest";
import { z } from "zod";
import { type ConsentProcess, startProcess } from "./testing/consent-process.ts";
import { testEnv } from "./testing/consent-service.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const audience = audienceOf("eu", "consent");
const Written = z.object({ event: z.object({ id: z.string() }) });
type Writer = { subject: string; token: string };

async function enrol(process: ConsentProcess, issuer: TestIssuer, count: number): Promise<Writer[]> {
  const token = await issuer.token({ audience, clientId: "records", scope: "consent:enrol" });
  const subjects = Array.from({ length: count }, () => newSubjectId("eu", systemClock));
  const body = {
    subjects: subjects.map((subject) => ({
      subject,
      countries: ["DE"],
      subdivision: null,
      timeZone: null,
      birthYear: null,
      contactPoints: [],
    })),
  };
  const answer = await fetch(`${process.url}/v1/enrolments`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return Promise.all(
    subjects.map(async (subject) => ({
      subject,
      token: await issuer.token({ audience, clientId: "portal", scope: "consent:own", subject }),
    })),
  );
}

/** Refuses and objects in turn until told to stop; keeps the ids of the events that it was told are recorded. */
function write(
  url: () => string,
  { subject, token }: Writer,
  acknowledged: Set<string>,
  statuses: Set<number>,
  going: () => boolean,
): Promise<void> {
  const actions = [
    { purpose: "profiling", action: "object" },
    { purpose: "profiling", action: "lift-objection" },
  ];
  const next = async (turn: number): Promise<void> => {
    if (!going()) return;
    try {
      const answer = await fetch(`${url()}/v1/subjects/${subject}/consents`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(actions[turn % 2]),
      });
      statuses.add(answer.status);
      const body: unknown = await answer.json();
      if (answer.status === 201) acknowledged.add(Written.parse(body).event.id);
    } catch {
      // The process was killed under the request: nothing was acknowledged.
      if (going()) return next(turn);
    }
    return next(turn + 1);
  };
  return next(0);
}

async function expectWhole(sql: Sql, acknowledged: ReadonlySet<string>): Promise<void> {
  const rows = await sql<{ event_id: string }[]>`select event_id from consent.subject_event`;
  const times = new Map<string, number>();
  for (const { event_id: id } of rows) times.set(id, (times.get(id) ?? 0) + 1);
  expect([...acknowledged].filter((id) => times.get(id) !== 1)).toEqual([]);
  const faults = await sql`
    select 1 from consent.subject_event group by shard having max(position) <> count(*) or min(position) <> 1
    union all select 1 from consent.subject_event group by subject having max(version) <> count(*) or min(version) <> 1
    union all select 1 from consent.shard_head h where head <> (select count(*) from consent.subject_event e where e.shard = h.shard)
    union all select 1 from consent.subject_state s where position <> (select max(position) from consent.subject_event e where e.shard = s.shard and e.subject = s.subject)`;
  expect(faults).toHaveLength(0);
}

const readiness = async (process: ConsentProcess): Promise<boolean> => (await fetch(`${process.url}/readyz`)).status === 200;

describe("CONSENT-15 what was acknowledged stays, whatever dies", () => {
  dbTest(
    "kill -9 in the middle of writes, twice: every acknowledged event is there once, positions have no gap, the chain verifies",
    { timeout: 120_000 },
    async ({ cellDb }) => {
      const directory = await mkdtemp(join(tmpdir(), "behest-kill-"));
      const issuer = await startTestIssuer("eu");
      const env = testEnv(cellDb, issuer.issuer, directory);
      const acknowledged = new Set<string>();
      const statuses = new Set<number>();
      let process = await startProcess(env);
      try {
        await until(() => readiness(process));
        const writers = await enrol(process, issuer, 8);
        for (const _round of [1, 2]) {
          let going = true;
          const goal = acknowledged.size + 60;
          const writing = writers.map((writer) =>
            write(
              () => process.url,
              writer,
              acknowledged,
              statuses,
              () => going,
            ),
          );
          await until(() => acknowledged.size >= goal, 60);
          await process.end("SIGKILL");
          going = false;
          await Promise.all(writing);
          process = await startProcess(env);
          await until(() => readiness(process));
          await expectWhole(cellDb.sql, acknowledged);
        }
        expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
        expect(await process.end("SIGTERM")).toBe(0);
        const verified = await verifyCell({
          database: cellDb.open("consent"),
          cell: "eu",
          directory: env.extra.CHECKPOINT_DIR,
          key: env.extra.CHECKPOINT_KEY,
        });
        expect(verified.map(({ table, findings }) => ({ table, findings }))).toEqual([{ table: "consent.subject_event", findings: [] }]);
        expect(verified[0]?.checkpoints).toBeGreaterThan(0);
      } finally {
        await process.end("SIGKILL");
        await issuer.close();
        await rm(directory, { recursive: true, force: true });
      }
    },
  );

  dbTest(
    "PostgreSQL crashes under requests and is gone for ten seconds: 503 meanwhile, then as before, nothing acknowledged is lost",
    { timeout: 120_000 },
    async ({ cellDb }) => {
      const directory = await mkdtemp(join(tmpdir(), "behest-gone-"));
      const server = { directory: join(directory, "data"), port: await freePort(), password: "test", connectionsMax: 50, durable: true };
      const issuer = await startTestIssuer("eu");
      const adminUrl = await startEmbeddedPostgres(server);
      let process: ConsentProcess | undefined;
      const sql = postgres(adminUrl, { max: 1, onnotice: () => {}, connection: { search_path: "consent" } });
      try {
        await migrateCell({ ownerUrl: adminUrl, cell: "eu", rolePasswords: testPasswords, root: repository });
        const databaseUrl = urlOf(adminUrl, "postgres", { name: roleOf("eu", "consent"), password: testPasswords.consent });
        const env = { ...testEnv(cellDb, issuer.issuer, directory), databaseUrl };
        const running = await startProcess(env);
        process = running;
        await until(() => readiness(running));
        const writers = await enrol(running, issuer, 6);
        const acknowledged = new Set<string>();
        const statuses = new Set<number>();
        let going = true;
        const writing = writers.map((writer) =>
          write(
            () => running.url,
            writer,
            acknowledged,
            statuses,
            () => going,
          ),
        );
        await until(() => acknowledged.size >= 100, 60);

        stopEmbeddedPostgresAtOnce(server.directory);
        const goneAt = performance.now();
        await until(() => statuses.has(503));
        expect((await fetch(`${running.url}/readyz`)).status).toBe(503);
        expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
        await until(() => performance.now() - goneAt > 10_000, 30);
        const before = acknowledged.size;
        await startEmbeddedPostgres(server);
        await until(() => acknowledged.size >= before + 50, 60);
        going = false;
        await Promise.all(writing);

        expect([...statuses]).toEqual(expect.arrayContaining([201, 503]));
        expect([...statuses].every((status) => [201, 409, 503].includes(status))).toBe(true);
        await expectWhole(sql, acknowledged);
        expect(await readiness(running)).toBe(true);
        // At its end it signs how things stand, which is what the chain is held against.
        await running.end("SIGTERM");
        const database = openDatabase({ url: databaseUrl, service: "consent" });
        const verified = await verifyCell({ database, cell: "eu", directory: env.extra.CHECKPOINT_DIR, key: env.extra.CHECKPOINT_KEY });
        await database.close();
        expect(verified.flatMap(({ findings }) => findings)).toEqual([]);
      } finally {
        await process?.end("SIGKILL");
        await sql.end({ timeout: 1 });
        await issuer.close();
        stopEmbeddedPostgresAtOnce(server.directory);
        removeEmbeddedPostgres(server.directory);
        await rm(directory, { recursive: true, force: true });
      }
    },
  );

  dbTest(
    "an environment with faults is refused in one line that names each variable, and so is a second cell in production",
    async ({ cellDb }) => {
      const directory = await mkdtemp(join(tmpdir(), "behest-env-"));
      const issuer = await startTestIssuer("eu");
      const env = testEnv(cellDb, issuer.issuer, directory);
      try {
        await expect(startProcess(env, { COMMITMENT_KEY_EU: "short", RECEIPT_KEY_EU: "{}", STOP_LOG_DIR_EU: undefined })).rejects.toThrow(
          /STOP_LOG_DIR_EU is missing.*RECEIPT_KEY_EU must be.*COMMITMENT_KEY_EU must be 32 bytes/,
        );
        await expect(startProcess(env, { BEHEST_CELLS: "eu,uk" })).rejects.toThrow(/exactly one cell in production/);
      } finally {
        await issuer.close();
        await rm(directory, { recursive: true, force: true });
      }
    },
  );

  dbTest("a damaged stop log is never answered over: the process ends and says where the damage is", async ({ cellDb }) => {
    const directory = await mkdtemp(join(tmpdir(), "behest-damaged-"));
    const issuer = await startTestIssuer("eu");
    const env = testEnv(cellDb, issuer.issuer, directory);
    try {
      await mkdir(env.extra.STOP_LOG_DIR, { recursive: true });
      await writeFile(join(env.extra.STOP_LOG_DIR, "0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001.stops"), "this is no stop log at all");
      const process = await startProcess(env);
      expect(await process.ended).toBe(1);
      expect(process.output()).toMatch(/consent can't start: .*0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001.*this is no stop log segment/);
    } finally {
      await issuer.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
