/** A running consent service for a test: real database, real HTTP, real token issuer, the real policies; only the time is the test's. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audienceOf, type SubjectId } from "@behest/contracts/ids";
import { loadPolicies } from "@behest/policies/load";
import type { PolicySet } from "@behest/policies/compile";
import type { CellEnv } from "@behest/runtime/env";
import { newSubjectId } from "@behest/runtime/id";
import { createLog } from "@behest/runtime/log";
import { fixedClock, type FixedClock } from "@behest/runtime/testing/clock";
import { type CellDb, dbTest } from "@behest/runtime/testing/database";
import { listen } from "@behest/runtime/testing/listen";
import { startTestIssuer, type TestIssuer } from "@behest/runtime/testing/tokens";
import type { ConsentSecrets } from "../environment.ts";
import { ReceiptKey } from "../receipt-signer.ts";
import { shardOf } from "../shard.ts";
import { type StartedCell, startCell } from "../start-cell.ts";

export type Answer = { status: number; body: unknown; headers: Headers };
export type Person = { subject: SubjectId; email: string };

export type ConsentService = {
  clock: FixedClock;
  policies: PolicySet;
  env: CellEnv<ConsentSecrets>;
  issuer: TestIssuer;
  cellDb: CellDb;
  started: () => StartedCell;
  url: () => string;
  /** Sends as a client with client credentials. */
  as(client: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Sends as the signed-in person. */
  by(person: Person, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Enrols somebody new, resident in Germany unless said otherwise. */
  enrol(residence?: {
    countries?: string[];
    subdivision?: string | null;
    timeZone?: string | null;
    birthYear?: number | null;
    phone?: string;
    /** Somebody whose events are in this shard. */
    shard?: number;
  }): Promise<Person>;
  /** Grants a purpose as the person, with the current notice and the address on record. */
  grant(person: Person, purpose: string): Promise<Answer>;
  /** Stops it and starts it again, on whatever the database now holds. */
  restart(databaseUrl?: string): Promise<void>;
};

export const consentTest = dbTest.extend<{ service: ConsentService }>({
  service: async ({ cellDb }, use) => {
    const directory = await mkdtemp(join(tmpdir(), "behest-consent-"));
    const issuer = await startTestIssuer(cellDb.cell);
    const running = await run(cellDb, issuer, directory);
    try {
      await use(running.service);
    } finally {
      await running.stop();
      await issuer.close();
      await rm(directory, { recursive: true, force: true });
    }
  },
});

const policies = loadPolicies();
/** A Sunday noon in Berlin, in no quiet hours. */
const start = new Date("2026-11-22T11:00:00.000Z");
const serviceScopes =
  "consent:check consent:contact consent:evidence consent:enrol consent:stop consent:feed consent:unsubscribe internal:subject-data";

async function run(cellDb: CellDb, issuer: TestIssuer, directory: string): Promise<{ service: ConsentService; stop: () => Promise<void> }> {
  const clock = fixedClock(start);
  const env = testEnv(cellDb, issuer.issuer, directory);
  const audience = audienceOf(cellDb.cell, "consent");
  let started = await startCell({ env, policies, clock, log: createLog("consent", "silent"), draining: () => false });
  await started.ready;
  let server = await listen(started.app.listener);

  async function send(token: string, method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  }

  const service: ConsentService = {
    clock,
    policies,
    env,
    issuer,
    cellDb,
    started: () => started,
    url: () => server.url,
    as: async (client, method, path, body, headers) =>
      send(await issuer.token({ audience, clientId: client, scope: serviceScopes }), method, path, body, headers),
    by: async ({ subject, email }, method, path, body, headers) =>
      send(
        await issuer.token({ audience, clientId: "portal", scope: "consent:own", subject, email, emailVerified: true }),
        method,
        path,
        body,
        headers,
      ),
    async enrol({ countries = ["DE"], subdivision = null, timeZone = null, birthYear = null, phone, shard } = {}) {
      let subject = newSubjectId(cellDb.cell, clock);
      while (shard !== undefined && shardOf(subject) !== shard) subject = newSubjectId(cellDb.cell, clock);
      const email = `${subject}@example.org`;
      const contactPoints = [{ channel: "email", value: email }, ...(phone === undefined ? [] : [{ channel: "phone", value: phone }])];
      const answer = await service.as("records", "POST", "/v1/enrolments", {
        subjects: [{ subject, countries, subdivision, timeZone, birthYear, contactPoints }],
      });
      if (answer.status !== 200) throw new Error(`the enrolment answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return { subject, email };
    },
    grant: (person, purpose) => service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, grantOf(policies, person, purpose)),
    async restart(databaseUrl = env.databaseUrl) {
      await server.close();
      await started.stop();
      started = await startCell({
        env: { ...env, databaseUrl },
        policies,
        clock,
        log: createLog("consent", "silent"),
        draining: () => false,
      });
      server = await listen(started.app.listener);
    },
  };
  return {
    service,
    stop: async () => {
      await server.close();
      await started.stop();
    },
  };
}

/** The body that grants a purpose with the notice of now. */
export function grantOf(set: PolicySet, person: Person, purpose: string): Record<string, unknown> {
  const rule = set.purposes.get(purpose);
  if (rule === undefined) throw new Error(`no purpose ${purpose}`);
  const contact = rule.channels.includes("email") ? { contactPoint: { channel: "email", value: person.email } } : {};
  return { purpose, action: "grant", notice: { version: rule.notice.version, hash: rule.noticeHash, locale: "de" }, ...contact };
}

export function testEnv(cellDb: CellDb, issuer: string, directory: string): CellEnv<ConsentSecrets> {
  const nowhere = "http://127.0.0.1:9";
  return {
    cell: cellDb.cell,
    port: 0,
    databaseUrl: cellDb.url("consent"),
    issuer,
    urls: { consent: nowhere, records: nowhere, crm: nowhere, portal: "https://privacy.example.org" },
    clientId: "consent",
    clientSecret: "test",
    extra: {
      STOP_LOG_DIR: join(directory, "stops"),
      STOP_LOG_KEY: randomBytes(32).toString("base64url"),
      CHECKPOINT_DIR: join(directory, "checkpoints"),
      CHECKPOINT_KEY: privateJwk(),
      RECEIPT_KEY: privateJwk(),
      COMMITMENT_KEY: randomBytes(32).toString("base64url"),
    },
  };
}

const privateJwk = () => ReceiptKey.parse(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }));
