import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { roleOf } from "@behest/runtime/roles";
import { newSubjectId } from "@behest/runtime/id";
import { until } from "@behest/runtime/testing/until";
import postgres from "postgres";
import { describe, expect } from "vitest";
import { z } from "zod";
import { type ConsentService, consentTest, type Person } from "./testing/consent-service.ts";

/** A copy of the database as it is now: what a backup taken now would restore. Answers its URL for the service. */
async function backup(service: ConsentService): Promise<{ url: string; drop: () => Promise<void> }> {
  const { owner, cell } = service.cellDb;
  const source = new URL(owner).pathname.slice(1);
  const name = `${source}_copy`;
  await service.cellDb.sql.end({ timeout: 1 });
  const admin = postgres(Object.assign(new URL(owner), { pathname: "/postgres" }).href, { max: 1, onnotice: () => {} });
  await admin.unsafe(`alter database ${source} with allow_connections false`);
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${source}`;
  await admin.unsafe(`create database ${name} template ${source} strategy file_copy`);
  await admin.unsafe(`alter database ${source} with allow_connections true`);
  await admin.unsafe(`grant connect on database ${name} to "${roleOf(cell, "consent")}"`);
  return {
    url: Object.assign(new URL(service.env.databaseUrl), { pathname: `/${name}` }).href,
    drop: async () => {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}

const Decisions = z.object({
  decisions: z.array(z.object({ allowed: z.boolean(), revision: z.string(), reasons: z.array(z.object({ code: z.string() })) })).min(1),
});
async function check(service: ConsentService, person: Person, purpose = "marketing-email", minRevision?: string) {
  const answer = await service.as("marketing", "POST", "/v1/checks", {
    checks: [{ subject: person.subject, purpose, ...(minRevision === undefined ? {} : { minRevision }) }],
  });
  return { status: answer.status, decision: answer.status === 200 ? Decisions.parse(answer.body).decisions[0] : undefined };
}
const act = (service: ConsentService, person: Person, body: Record<string, unknown>) =>
  service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, body);
const stop = (service: ConsentService, person: Person, kind: string) =>
  service.as("records", "POST", `/v1/subjects/${person.subject}/stops`, { kind, reference: "case 1" });

describe("CONSENT-14 a restored backup forgets no stop", () => {
  consentTest(
    "a database from before a withdrawal, restriction or erasure denies from the first answer on, in a new epoch",
    async ({ service }) => {
      const [withdrawing, restricted, erased, content, late] = [
        await service.enrol(),
        await service.enrol(),
        await service.enrol(),
        await service.enrol(),
        await service.enrol(),
      ];
      for (const person of [withdrawing, restricted, erased, content]) await service.grant(person, "marketing-email");
      const before = await check(service, withdrawing);
      expect(before.decision?.allowed).toBe(true);
      const copy = await backup(service);
      try {
        await until(async () => (await check(service, content)).status === 200);
        await act(service, withdrawing, { purpose: "marketing-email", action: "withdraw" });
        await act(service, late, { purpose: "marketing-sms", action: "refuse" });
        await stop(service, restricted, "restricted");
        await stop(service, erased, "erased");
        const seen = await check(service, withdrawing);

        // Questions are put from the moment it listens: each is answered 503 or no, never yes.
        await service.restart(copy.url);
        const answers = await until(async () => {
          const answer = await check(service, withdrawing);
          expect(answer.status === 503 || answer.decision?.allowed === false).toBe(true);
          return answer.status === 200 ? answer : false;
        });
        expect(answers.decision?.reasons.map(({ code }) => code)).toEqual(["consent_withdrawn"]);
        expect(answers.decision?.revision).toMatch(/^2:/);
        expect((await check(service, restricted)).decision).toMatchObject({ allowed: false, reasons: [{ code: "not_permitted" }] });
        expect((await check(service, erased)).decision).toMatchObject({ allowed: false, reasons: [{ code: "not_permitted" }] });
        expect((await check(service, late, "marketing-sms")).decision).toMatchObject({
          allowed: false,
          reasons: [{ code: "consent_refused" }],
        });
        expect((await check(service, content)).decision).toMatchObject({ allowed: true });
        // A revision of before the restore proves nothing about this database.
        expect((await check(service, content, "marketing-email", seen.decision?.revision)).decision?.allowed).toBe(false);

        // Started once more there is nothing left to replay, and the epoch stays.
        await service.restart(copy.url);
        await service.started().ready;
        expect((await check(service, withdrawing)).decision).toMatchObject({ allowed: false, revision: answers.decision?.revision });
      } finally {
        await service.restart();
        await copy.drop();
      }
    },
  );

  consentTest(
    "a link to unsubscribe outlives a restore from before its message, and from before its reader was enrolled",
    async ({ service }) => {
      const [before, after] = [
        await service.enrol({ timeZone: "Europe/Berlin" }),
        { email: "", subject: newSubjectId("eu", service.clock) },
      ];
      await service.grant(before, "marketing-email");
      const copy = await backup(service);
      try {
        await until(async () => (await check(service, before)).status === 200);
        const enrol = () =>
          service.as("records", "POST", "/v1/enrolments", {
            subjects: [
              {
                subject: after.subject,
                countries: ["DE"],
                subdivision: null,
                timeZone: "Europe/Berlin",
                birthYear: null,
                contactPoints: [],
              },
            ],
          });
        await enrol();
        const reader = { subject: after.subject, email: "reader@example.org" };
        await service.grant(reader, "marketing-email");
        const links = [];
        for (const { subject } of [before, reader]) {
          const answer = await service.as("marketing", "POST", "/v1/contacts", { subject, purpose: "marketing-email", channel: "email" });
          const { unsubscribe } = z.object({ unsubscribe: z.object({ url: z.url() }) }).parse(answer.body);
          links.push(`/v1/unsubscribe-links/${unsubscribe.url.split("/").at(-1) ?? ""}`);
        }
        await service.restart(copy.url);
        await service.started().ready;
        for (const link of links)
          for (const _click of [1, 2])
            expect(await service.as("portal", "POST", link)).toMatchObject({ status: 200, body: { stopped: true } });
        await enrol();
        for (const person of [before, reader]) expect((await check(service, person)).decision?.allowed).toBe(false);
        expect((await check(service, reader)).decision?.reasons.map(({ code }) => code)).toContain("objected");
      } finally {
        await service.restart();
        await copy.drop();
      }
    },
  );

  consentTest("readiness says replaying and every route answers 503 until the stops are in the database", async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    // An address where no database answers: the comparison can't be made yet.
    await service.restart("postgres://nobody:none@127.0.0.1:9/none");
    const ready = await fetch(`${service.url()}/readyz`);
    expect({ status: ready.status, body: await ready.json() }).toMatchObject({ status: 503, body: { status: "replaying" } });
    expect((await check(service, person)).status).toBe(503);
    expect((await service.grant(person, "marketing-email")).status).toBe(503);
    expect((await fetch(`${service.url()}/healthz`)).status).toBe(200);
    await service.restart();
    await service.started().ready;
    expect((await check(service, person)).decision?.allowed).toBe(true);
  });

  consentTest(
    "a backup that has lost grants but no stop begins a new epoch too, told by the signed checkpoints outside",
    async ({ service }) => {
      const person = await service.enrol();
      const copy = await backup(service);
      try {
        await until(async () => (await check(service, person)).status === 200);
        await service.grant(person, "marketing-email");
        const seen = await check(service, person);
        await service.restart(copy.url);
        await service.started().ready;
        expect((await check(service, person)).decision).toMatchObject({
          allowed: false,
          reasons: [{ code: "consent_not_recorded" }],
          revision: expect.stringMatching(/^2:/),
        });
        expect(
          (await check(service, person, "marketing-email", seen.decision?.revision)).decision?.reasons.map(({ code }) => code),
        ).toContain("stale");
      } finally {
        await service.restart();
        await copy.drop();
      }
    },
  );

  consentTest(
    "a stop whose transaction failed was confirmed to nobody: it is made good at the next start, but takes back no later grant",
    async ({ service }) => {
      const [firm, wavering] = [await service.enrol(), await service.enrol()];
      for (const person of [firm, wavering]) await service.grant(person, "marketing-email");
      const { sql } = service.cellDb;
      await sql.unsafe(
        "create function consent.refuse() returns trigger language plpgsql as 'begin raise exception ''disk full''; end'; create trigger refuse before insert on consent.subject_event for each row execute function consent.refuse()",
      );
      for (const person of [firm, wavering])
        expect((await act(service, person, { purpose: "marketing-email", action: "withdraw" })).status).toBe(500);
      await sql.unsafe("drop trigger refuse on consent.subject_event");
      service.clock.advance(3_600_000);
      await act(service, wavering, { purpose: "marketing-email", action: "withdraw" });
      service.clock.advance(3_600_000);
      expect((await service.grant(wavering, "marketing-email")).status).toBe(201);

      await service.restart();
      await service.started().ready;
      expect((await check(service, firm)).decision).toMatchObject({ allowed: false, reasons: [{ code: "consent_withdrawn" }] });
      expect((await check(service, wavering)).decision).toMatchObject({ allowed: true });
    },
  );

  consentTest("CONSENT-19 a stop log that was not mounted, or has lost a segment, keeps the service from starting", async ({ service }) => {
    const { STOP_LOG_DIR: directory } = service.env.extra;
    const person = await service.enrol();
    await act(service, person, { purpose: "marketing-sms", action: "refuse" });
    await rename(directory, `${directory}.aside`);
    await service.restart();
    await expect(service.started().ready).rejects.toThrow(/^the stop log of cell eu in .* is empty, but the database holds stops/);
    expect((await check(service, person)).status).toBe(503);

    await rm(directory, { recursive: true, force: true });
    await rename(`${directory}.aside`, directory);
    await service.restart();
    await service.started().ready;
    // That start has noted in the database how far it read. A second segment, so that the directory is not empty without the first.
    const first = (await readdir(directory)).find((name) => name.endsWith(".stops")) ?? "";
    await act(service, person, { purpose: "marketing-email", action: "refuse" });
    await rename(join(directory, first), join(directory, "aside"));
    await service.restart();
    await expect(service.started().ready).rejects.toThrow(/^stop log segment .* the segment is gone/);
    await rename(join(directory, "aside"), join(directory, first));
    await service.restart();
    await service.started().ready;
    expect((await check(service, person, "marketing-sms")).decision?.allowed).toBe(false);
  });

  consentTest("CONSENT-19 a damaged newest checkpoint keeps the service from starting, and is not passed over", async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    // Stopped, which writes a checkpoint, and not started in earnest: no database answers there.
    await service.restart("postgres://nobody:none@127.0.0.1:9/none");
    const folder = join(service.env.extra.CHECKPOINT_DIR, "consent.subject_event");
    const newest = join(folder, (await readdir(folder)).toSorted().at(-1) ?? "");
    const whole = await readFile(newest, "utf8");
    await writeFile(newest, whole.slice(0, -10));
    await service.restart();
    await expect(service.started().ready).rejects.toThrow(
      /^the newest checkpoint of consent.subject_event in cell eu, \d{9}.jws in .* can't be trusted \(not signed by the checkpoint key\)/,
    );
    expect((await check(service, person)).status).toBe(503);
    await writeFile(newest, whole);
    await service.restart();
    await service.started().ready;
    expect((await check(service, person)).status).toBe(200);
  });

  consentTest("the stop log holds the stop before the database does, and nothing that can be read from outside", async ({ service }) => {
    const person = await service.enrol();
    await act(service, person, { purpose: "marketing-sms", action: "refuse" });
    const files = (await readdir(service.env.extra.STOP_LOG_DIR)).filter((name) => name.endsWith(".stops"));
    expect(files).toHaveLength(1);
    const bytes = await readFile(join(service.env.extra.STOP_LOG_DIR, files[0] ?? ""), "latin1");
    expect(bytes).not.toContain(person.subject);
  });
});
