import { newSubjectId } from "@behest/runtime/id";
import { expect } from "vitest";
import { z } from "zod";
import { shardOf } from "./shard.ts";
import { consentTest, type ConsentService } from "./testing/consent-service.ts";

const personOf = (subject: string, changes: Record<string, unknown> = {}) => ({
  subject,
  countries: ["DE", "AT"],
  subdivision: null,
  timeZone: "Europe/Berlin",
  birthYear: 1980,
  contactPoints: [
    { channel: "email", value: "a@example.org" },
    { channel: "phone", value: "+49 30 1234" },
  ],
  ...changes,
});
const enrol = async (service: ConsentService, ...subjects: Record<string, unknown>[]) =>
  (await service.as("records", "POST", "/v1/enrolments", { subjects })).body;
const kindsOf = async (service: ConsentService, subject: string) =>
  (await service.cellDb.sql`select kind from consent.subject_event where subject = ${subject} order by version`).map((row) => row["kind"]);

consentTest(
  "CONSENT-12 enrolling tells what is new and nothing twice, however a contact point is typed and in whichever order countries come",
  async ({ service }) => {
    const subject = newSubjectId("eu", service.clock);
    expect(await enrol(service, personOf(subject))).toEqual({ enrolled: 1, changed: 0, unchanged: 0 });
    const typed = [
      { channel: "email", value: " A@Example.ORG " },
      { channel: "phone", value: "0049 (30) 12-34" },
    ];
    expect(await enrol(service, personOf(subject, { countries: ["AT", "DE", "AT"], contactPoints: typed }))).toEqual({
      enrolled: 0,
      changed: 0,
      unchanged: 1,
    });
    expect(await enrol(service, personOf(subject, { countries: ["FR"] }))).toEqual({ enrolled: 0, changed: 1, unchanged: 0 });
    expect(await enrol(service, personOf(subject, { countries: ["FR"], contactPoints: [] }))).toEqual({
      enrolled: 0,
      changed: 1,
      unchanged: 0,
    });
    expect(await kindsOf(service, subject)).toEqual(["enrolled", "residence_changed", "contact_point_changed"]);
  },
);

consentTest("CONSENT-12 a batch is all or nothing: one subject of another cell, and nobody is enrolled", async ({ service }) => {
  const [here, there] = [newSubjectId("eu", service.clock), newSubjectId("cn", service.clock)];
  const answer = await service.as("records", "POST", "/v1/enrolments", { subjects: [personOf(here), personOf(there)] });
  expect(answer).toMatchObject({ status: 421, body: { code: "wrong_cell", cell: "cn" } });
  expect(await kindsOf(service, here)).toEqual([]);
});

consentTest("CONSENT-12 a thousand people in one request, sent twice at once, are each enrolled once", async ({ service }) => {
  const people = Array.from({ length: 1_000 }, () => personOf(newSubjectId("eu", service.clock)));
  const replies = await Promise.all([enrol(service, ...people), enrol(service, ...people.toReversed())]);
  const total = replies.map((reply) => z.object({ enrolled: z.number(), unchanged: z.number() }).parse(reply));
  expect(total.map(({ enrolled }) => enrolled).toSorted((a, b) => a - b)).toEqual([0, 1_000]);
  const [row] = await service.cellDb
    .sql`select count(*)::int as events, count(distinct subject)::int as subjects from consent.subject_event`;
  expect(row).toEqual({ events: 1_000, subjects: 1_000 });
});

consentTest(
  "CONSENT-13 the change feed gives a shard's events once each, in the order of commits, page by page, and never what is sealed",
  async ({ service }) => {
    const person = await service.enrol();
    for (const purpose of ["marketing-sms", "profiling", "personalisation"])
      await service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, { purpose, action: "refuse" });
    const shard = shardOf(person.subject);
    const Page = z.strictObject({
      epoch: z.number(),
      shard: z.number(),
      head: z.number(),
      events: z.array(z.record(z.string(), z.unknown())),
    });
    const seen: string[] = [];
    let after = 0;
    for (;;) {
      const page = Page.parse((await service.as("records", "GET", `/v1/changes?shard=${shard}&after=${after}&limit=2`)).body);
      expect(page).toMatchObject({ epoch: 1, shard, head: 4 });
      if (page.events.length === 0) break;
      for (const event of page.events) seen.push(`${String(event["revision"])} ${String(event["kind"])} ${String(event["purpose"])}`);
      after += page.events.length;
    }
    expect(seen).toEqual([
      `1:${shard}:1 enrolled undefined`,
      `1:${shard}:2 refused marketing-sms`,
      `1:${shard}:3 refused profiling`,
      `1:${shard}:4 refused personalisation`,
    ]);
  },
);
