import { countSubjectData, eraseSubjectData, exportSubjectData, rescanSubjectData } from "@behest/contracts/internal";
import { audienceOf, SubjectId } from "@behest/contracts/ids";
import { expect } from "vitest";
import { z } from "zod";
import { tokenVerifier } from "./actor.ts";
import { systemClock } from "./clock.ts";
import { createApp } from "./http.ts";
import { newSubjectId } from "./id.ts";
import { enqueue } from "./jobs.ts";
import { createLog } from "./log.ts";
import { subjectDataMapOf, type DataMapSource } from "./subject-data-map.ts";
import { bindSubjectData } from "./subject-data.ts";
import { dbTest, type CellDb } from "./testing/database.ts";
import { listen } from "./testing/listen.ts";
import { startTestIssuer } from "./testing/tokens.ts";

const ada = newSubjectId("eu", systemClock);
const bob = newSubjectId("eu", systemClock);
const map: DataMapSource = {
  source: "consent",
  tables: {
    // Parents first, so that the order of erasure is not that of the map.
    case: {
      key: ["id"],
      about: { kind: "subject", column: "subject" },
      erasure: "delete",
      columns: { id: {}, subject: {}, note: {}, secret: {} },
    },
    letter: {
      key: ["id"],
      about: { kind: "link", column: "case_id", table: "case" },
      erasure: "delete",
      columns: { id: {}, case_id: {}, select: {} },
    },
    page: {
      key: ["id"],
      about: { kind: "link", column: "letter_id", table: "letter" },
      erasure: "delete",
      columns: { id: {}, letter_id: {}, words: {} },
    },
    profile: {
      key: ["subject"],
      about: { kind: "subject", column: "subject" },
      erasure: "anonymise",
      columns: Object.fromEntries(
        ["name", "reference", "list", "object", "countries", "birth_year", "flag", "mark"].map((name) => [name, { erasure: "anonymise" }]),
      ),
    },
    proof: { key: ["id"], about: { kind: "subject", column: "subject" }, erasure: "keep", columns: { id: {}, subject: {} } },
    rate: { key: ["id"], about: { kind: "nobody" }, erasure: "none", columns: { id: {} } },
  },
};

async function fill({ sql }: CellDb): Promise<void> {
  await sql.unsafe(`
    create table consent."case" (id uuid primary key default gen_random_uuid(), subject text not null, note text, secret text);
    create table consent.letter (id int primary key, case_id uuid not null references consent."case" (id), "select" text);
    create table consent.page (id int primary key, letter_id int not null references consent.letter (id), words text);
    create table consent.profile (subject text primary key, name text, reference text not null unique, list jsonb not null, object jsonb not null,
      countries text[] not null, birth_year int not null, flag boolean not null, mark bytea not null);
    create table consent.proof (id int primary key, subject text not null);
    create table consent.rate (id int primary key);
    create table consent.forgotten (id int primary key, remark text, doc jsonb, tags text[], about uuid, raw bytea);
    grant select, insert, update, delete on all tables in schema consent to behest_eu_consent`);
  for (const [index, subject] of [ada, bob].entries()) {
    await sql`insert into consent."case" (subject, note, secret) values (${subject}, 'a note', 'key'), (${subject}, 'other', 'key')`;
    await sql`insert into consent.letter select ${index}, id, 'dear' from consent."case" where subject = ${subject} limit 1`;
    await sql`insert into consent.page values (${index}, ${index}, 'words')`;
    await sql`insert into consent.profile values (${subject}, 'Name', ${`C-${index}`}, '["x"]', '{"x":1}', '{DE}', 1980, true, 'x')`;
    await sql`insert into consent.proof values (${index}, ${subject})`;
  }
}

const Counts = z.object({ tables: z.array(z.object({ table: z.string(), rows: z.number() })) });
type Call = (route: { path: string }, body: Record<string, unknown>) => Promise<unknown>;

async function serving(cellDb: CellDb, work: (call: Call) => Promise<void>, changed: DataMapSource = map): Promise<void> {
  const issuer = await startTestIssuer("eu");
  const app = createApp({
    service: "consent",
    cell: "eu",
    database: cellDb.open("consent"),
    clock: systemClock,
    log: createLog("consent", "silent"),
    readiness: () => "ok",
    docs: {},
    verify: tokenVerifier({ issuer: issuer.issuer, audience: audienceOf("eu", "consent"), cell: "eu" }),
  });
  bindSubjectData(app, subjectDataMapOf(changed, ["case.secret"]));
  const server = await listen(app.listener);
  const token = await issuer.token({ audience: audienceOf("eu", "consent"), clientId: "records", scope: "internal:subject-data" });
  try {
    await work(async (route, body) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const response = await fetch(server.url + route.path, { method: "POST", headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      return response.json();
    });
  } finally {
    await server.close();
    await issuer.close();
  }
}
const byTable = (reply: unknown): Record<string, number> =>
  Object.fromEntries(Counts.parse(reply).tables.map(({ table, rows }) => [table, rows]));

dbTest("SUBJECTDATA-1: rows about a person are counted by the map, through links, and nobody else's", async ({ cellDb }) => {
  await fill(cellDb);
  await serving(cellDb, async (call) => {
    expect(byTable(await call(countSubjectData, { subject: ada }))).toEqual({ case: 2, letter: 1, page: 1, profile: 1, proof: 1 });
    expect(byTable(await call(countSubjectData, { subject: newSubjectId("eu", systemClock) }))).toEqual({
      case: 0,
      letter: 0,
      page: 0,
      profile: 0,
      proof: 0,
    });
  });
});

dbTest(
  "SUBJECTDATA-2: an export holds every mapped column of every row about the person, no secret, and nobody else's",
  async ({ cellDb }) => {
    await fill(cellDb);
    await serving(cellDb, async (call) => {
      const text = JSON.stringify(await call(exportSubjectData, { subject: ada }));
      expect(JSON.parse(text)).toMatchObject({
        subject: ada,
        tables: [
          { table: "case", rows: [{ subject: ada, id: expect.any(String) }, { subject: ada }] },
          { table: "letter", rows: [{ id: 0, select: "dear" }] },
          { table: "page", rows: [{ words: "words" }] },
          { table: "profile", rows: [{ name: "Name", reference: "C-0", countries: ["DE"], birth_year: 1980 }] },
          { table: "proof", rows: [{ id: 0, subject: ada }] },
        ],
      });
      expect(text).not.toContain("secret");
      expect(text).not.toContain(bob);
    });
  },
);

dbTest("SUBJECTDATA-3: erasure follows the map table by table, dependents first, and a second time touches nothing", async ({ cellDb }) => {
  await fill(cellDb);
  await serving(cellDb, async (call) => {
    expect(byTable(await call(eraseSubjectData, { subject: ada, plan: "p-1" }))).toEqual({
      page: 1,
      letter: 1,
      case: 2,
      profile: 1,
      proof: 0,
    });
    const [profile] = await cellDb.sql`select * from consent.profile where subject = ${ada}`;
    expect(profile).toMatchObject({
      name: null,
      reference: expect.stringMatching(/^erased-/),
      list: [],
      object: {},
      countries: [],
      birth_year: 0,
      flag: false,
      mark: Buffer.alloc(0),
    });
    expect(byTable(await call(eraseSubjectData, { subject: ada, plan: "p-1" }))).toEqual({
      page: 0,
      letter: 0,
      case: 0,
      profile: 0,
      proof: 0,
    });
    expect(byTable(await call(countSubjectData, { subject: bob }))).toEqual({ case: 2, letter: 1, page: 1, profile: 1, proof: 1 });
    expect(await cellDb.sql`select name, reference from consent.profile where subject = ${bob}`).toMatchObject([
      { name: "Name", reference: "C-1" },
    ]);
    await call(eraseSubjectData, { subject: bob, plan: "p-2" });
  });
});

dbTest("SUBJECTDATA-4: the re-scan finds what the map forgot, in text, JSON, arrays, UUIDs, bytes and waiting jobs", async ({ cellDb }) => {
  await fill(cellDb);
  await serving(cellDb, async (call) => {
    await call(eraseSubjectData, { subject: ada, plan: "p-1" });
    expect(byTable(await call(rescanSubjectData, { subject: ada }))).toEqual({ profile: 1, proof: 1 });
    const digits = ada.slice(3);
    const values = [
      `'see ${ada} for more', null, null, null, null`,
      `null, '{"a":["${ada}"]}', null, null, null`,
      `null, null, array['x', '${ada}'], null, null`,
      `null, null, null, '${digits}', null`,
      `null, null, null, null, '\\x00${digits}'`,
    ];
    for (const [index, value] of values.entries()) {
      await cellDb.sql.unsafe(`insert into consent.forgotten values (${index}, ${value})`);
      expect(byTable(await call(rescanSubjectData, { subject: ada }))).toEqual({ forgotten: index + 1, profile: 1, proof: 1 });
    }
    await cellDb.sql`insert into consent.job_task values ('tell')`;
    await cellDb.open("consent").transact((tx) => enqueue(tx, "tell", { subject: ada }));
    expect(byTable(await call(rescanSubjectData, { subject: ada }))).toMatchObject({ "consent_jobs._private_jobs": 1 });
    expect(byTable(await call(rescanSubjectData, { subject: bob }))).toEqual({ case: 2, profile: 1, proof: 1 });
  });
});

dbTest("SUBJECTDATA-5: a map whose links lead nowhere or round in a circle is refused before any request", async ({ cellDb }) => {
  const to = (table: string): DataMapSource => ({
    source: "consent",
    tables: { a: { key: ["id"], about: { kind: "link", column: "b_id", table }, erasure: "delete", columns: {} } },
  });
  await expect(serving(cellDb, () => Promise.resolve(), to("b"))).rejects.toThrow("consent.b");
  await expect(serving(cellDb, () => Promise.resolve(), to("a"))).rejects.toThrow("circle");
});

dbTest("SUBJECTDATA-5: names from the map are quoted, whatever stands in them", async ({ cellDb }) => {
  const name = `x" where true; drop table consent.proof; --`;
  await fill(cellDb);
  const odd: DataMapSource = {
    source: "consent",
    tables: { proof: { key: ["id"], about: { kind: "subject", column: name }, erasure: "delete", columns: { id: {} } } },
  };
  await serving(cellDb, (call) => expect(call(countSubjectData, { subject: SubjectId.parse(ada) })).rejects.toThrow("500"), odd);
  expect(await cellDb.sql`select 1 from consent.proof`).toHaveLength(2);
});
