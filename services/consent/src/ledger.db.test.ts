import { verifyCell } from "@behest/runtime/audit-cell";
import { checkpointCell } from "@behest/runtime/audit-cell";
import { fc } from "@fast-check/vitest";
import postgres from "postgres";
import { describe, expect } from "vitest";
import { z } from "zod";
import { joinFact } from "./event-row.ts";
import { type FoldedState, fold } from "./fold.ts";
import { readStates, readSubjectKeys } from "./ledger-read.ts";
import { subjectEvent } from "./schema.ts";
import { shardOf } from "./shard.ts";
import { type ConsentService, consentTest, grantOf, type Person } from "./testing/consent-service.ts";

/** Every event of the ledger folded from zero, by subject. */
async function foldedFromZero(service: ConsentService): Promise<Map<string, { state: FoldedState; version: number; position: number }>> {
  const database = service.cellDb.open("consent");
  const commitmentKey = Buffer.from(service.env.extra.COMMITMENT_KEY, "base64url");
  return database.transact(async (tx) => {
    const rows = (await tx.select().from(subjectEvent)).toSorted((one, other) => one.shard - other.shard || one.position - other.position);
    const keys = await readSubjectKeys(tx, [...new Set(rows.map(({ subject }) => subject))]);
    const folded = new Map<string, { state: FoldedState; version: number; position: number }>();
    for (const row of rows) {
      const { fact } = joinFact(commitmentKey, keys.get(row.subject), row);
      const state = fold(folded.get(row.subject)?.state ?? null, { at: row.at.toISOString(), fact });
      folded.set(row.subject, { state, version: row.version, position: row.position });
    }
    return folded;
  });
}

async function projection(service: ConsentService, subjects: readonly string[]) {
  return service.cellDb.open("consent").transact((tx) => readStates(tx, subjects));
}

const audit = (service: ConsentService) => ({
  database: service.cellDb.open("consent"),
  cell: service.env.cell,
  directory: service.env.extra.CHECKPOINT_DIR,
  key: service.env.extra.CHECKPOINT_KEY,
  clock: service.clock,
});
const findingsOf = async (service: ConsentService) =>
  (await verifyCell(audit(service)))
    .flatMap(({ findings }) => findings.map(({ kind }) => kind))
    // Most of these tests write no checkpoint; AUDIT-10 is about that.
    .filter((kind) => kind !== "no_checkpoint");

type Step = { who: number; kind: "decide" | "stop" | "evidence" | "move" | "tick"; purpose: string; choice: number };
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat({ max: 2 }),
  kind: fc.constantFrom("decide", "decide", "decide", "stop", "evidence", "move", "tick"),
  purpose: fc.constantFrom("marketing-email", "analytics", "profiling"),
  choice: fc.nat({ max: 4 }),
});

async function take(service: ConsentService, people: Person[], { who, kind, purpose, choice }: Step): Promise<void> {
  const person = people[who];
  if (person === undefined) return;
  const path = `/v1/subjects/${person.subject}`;
  switch (kind) {
    case "decide": {
      const action = ["grant", "refuse", "withdraw", "object", "lift-objection"][choice];
      await service.by(
        person,
        "POST",
        `${path}/consents`,
        action === "grant" ? grantOf(service.policies, person, purpose) : { purpose, action },
      );
      return;
    }
    case "stop":
      await service.as("records", "POST", `${path}/stops`, {
        kind: ["restricted", "restriction_lifted", "restricted", "restriction_lifted", "erased"][choice],
        reference: "case",
      });
      return;
    case "evidence":
      await service.as("marketing", "POST", `${path}/evidence`, {
        channel: "email",
        conditions: [{ condition: "register_checked", at: `2026-11-0${choice + 1}T00:00:00Z`, reference: "run" }],
      });
      return;
    case "move":
      await service.as("records", "POST", "/v1/enrolments", {
        subjects: [
          {
            subject: person.subject,
            countries: [["DE"], ["FR"], [], ["DE", "CH"], ["JP"]][choice],
            subdivision: null,
            timeZone: null,
            birthYear: choice === 0 ? null : 1980 + choice,
            contactPoints: [{ channel: "email", value: `${choice}@example.org` }],
          },
        ],
      });
      return;
    case "tick":
      service.clock.advance(3_600_000 * (choice + 1));
  }
}

describe("CONSENT-2 the projection is the ledger, folded", () => {
  consentTest(
    "after any sequence of requests the projection equals the ledger folded from zero, and the chain verifies",
    { timeout: 120_000 },
    async ({ service }) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
          const people = [await service.enrol(), await service.enrol(), await service.enrol({ countries: [] })];
          for (const one of steps) await take(service, people, one);
          const folded = await foldedFromZero(service);
          const subjects = people.map(({ subject }) => subject);
          const known = await projection(service, subjects);
          for (const subject of subjects) expect(known.get(subject)).toEqual(folded.get(subject));
        }),
        { numRuns: 12 },
      );
      expect(await findingsOf(service)).toEqual([]);
    },
  );
});

describe("CONSENT-8 the ledger is append-only, gap-free and in the order of commits", () => {
  consentTest(
    "many writers at once on one shard: every acknowledged event is there once, positions have no gap, versions neither, and the chain verifies",
    async ({ service }) => {
      const people = await Promise.all(Array.from({ length: 8 }, () => service.enrol({ shard: 7 })));
      const purposes = ["analytics", "profiling", "sentiment-analysis", "call-recording-analysis"];
      const writes = people.flatMap((person) =>
        purposes.flatMap((purpose) => ["refuse", "withdraw", "object", "refuse"].map((action) => ({ person, body: { purpose, action } }))),
      );
      const answers = await Promise.all(
        writes.map(({ person, body }) => service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, body)),
      );
      const Written = z.object({ event: z.object({ id: z.string(), revision: z.string() }) });
      expect(answers.every(({ status }) => status === 201)).toBe(true);
      const acknowledged = new Set(answers.map(({ body }) => Written.parse(body).event.id));

      const rows = await service.cellDb
        .sql`select shard, position::int, version, subject, event_id from consent.subject_event order by shard, position`;
      expect(new Set(rows.map((row) => row["event_id"])).size).toBe(rows.length);
      for (const id of acknowledged) expect(rows.filter((row) => row["event_id"] === id)).toHaveLength(1);
      const gaps = await service.cellDb.sql`
      select 1 from consent.subject_event group by shard having max(position) <> count(*) or min(position) <> 1
      union all select 1 from consent.subject_event group by subject having max(version) <> count(*) or min(version) <> 1
      union all select 1 from consent.shard_head h where head <> (select count(*) from consent.subject_event e where e.shard = h.shard)`;
      expect(gaps).toHaveLength(0);
      expect(await findingsOf(service)).toEqual([]);
    },
  );

  consentTest("the database has the same idea of a subject's shard as the code, and refuses an event on another", async ({ service }) => {
    const { subject } = await service.enrol();
    const [row] = await service.cellDb.sql`select shard from consent.subject_event where subject = ${subject}`;
    expect(row?.["shard"]).toBe(shardOf(subject));
    await expect(service.cellDb.sql`update consent.subject_event set shard = (shard + 1) % 256 where subject = ${subject}`).rejects.toThrow(
      /check constraint/,
    );
  });

  consentTest("the service's own role can neither change nor delete an event, and sees no other service's tables", async ({ service }) => {
    const { subject } = await service.enrol();
    const role = postgres(service.env.databaseUrl, { max: 1, onnotice: () => {} });
    try {
      const denied = [
        role`update consent.subject_event set purpose = 'x' where subject = ${subject}`,
        role`delete from consent.subject_event where subject = ${subject}`,
        role`truncate consent.subject_event`,
        role`delete from consent.shard_head`,
        role`select 1 from crm.contact`,
        role`create table consent.extra (a int)`,
      ];
      for (const statement of denied) await expect(statement).rejects.toThrow(/permission denied/);
    } finally {
      await role.end();
    }
  });

  consentTest("one flipped byte, a cut tail or a rewritten head is found", async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    await checkpointCell(audit(service));
    expect(await findingsOf(service)).toEqual([]);
    const { sql } = service.cellDb;
    const last = sql`subject = ${person.subject} and kind = 'granted'`;
    await sql`update consent.subject_event set facts = jsonb_set(facts, '{confirmed}', 'false') where ${last}`;
    expect(await findingsOf(service)).toContain("row_altered");
    await sql`update consent.subject_event set facts = jsonb_set(facts, '{confirmed}', 'true') where ${last}`;
    expect(await findingsOf(service)).toEqual([]);
    await sql`update consent.shard_head set hash = sha256('other'::bytea) where shard = ${shardOf(person.subject)}`;
    expect(await findingsOf(service)).toContain("head_differs");
  });
});

describe("CONSENT-9 erasure leaves proof and no person", () => {
  consentTest(
    "no contact point, country or year of birth stands in the ledger in the clear, and after an erasure nothing opens what is sealed",
    async ({ service }) => {
      const person = await service.enrol({ countries: ["JP"], birthYear: 1984, phone: "+81 3 1234 5678" });
      await service.grant(person, "marketing-email");
      const dump = async () =>
        JSON.stringify(await service.cellDb.sql`select facts, evidence from consent.subject_event where subject = ${person.subject}`);
      const before = await dump();
      for (const secret of [person.email, "1984", "JP", "1234"])
        expect(before.replaceAll(/"evidence":"[\w-]*"/g, "")).not.toContain(secret);

      expect(
        await service.as("records", "POST", `/v1/subjects/${person.subject}/stops`, { kind: "erased", reference: "plan 7" }),
      ).toMatchObject({ status: 201, body: { event: { kind: "erased" } } });
      expect(await service.cellDb.sql`select 1 from consent.subject_key where subject = ${person.subject}`).toHaveLength(0);
      const known = await projection(service, [person.subject]);
      expect(known.get(person.subject)?.state).toMatchObject({
        status: "erased",
        countries: [],
        birthYear: null,
        consents: {},
        contactPoints: {},
      });
      const folded = await foldedFromZero(service);
      expect(folded.get(person.subject)?.state).toEqual(known.get(person.subject)?.state);
      expect(await findingsOf(service)).toEqual([]);
      const again = await service.as("records", "POST", "/v1/enrolments", {
        subjects: [{ subject: person.subject, countries: ["JP"], subdivision: null, timeZone: null, birthYear: 1984, contactPoints: [] }],
      });
      expect(again.body).toEqual({ enrolled: 0, changed: 0, unchanged: 1 });
      const check = await service.as("marketing", "POST", "/v1/checks", {
        checks: [{ subject: person.subject, purpose: "marketing-email", channel: "email" }],
      });
      expect(check.body).toMatchObject({ decisions: [{ allowed: false, reasons: [{ code: "not_permitted" }] }] });
    },
  );
});
