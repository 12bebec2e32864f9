import type { Decision } from "@behest/contracts/decision";
import { fixedClock } from "@behest/runtime/testing/clock";
import { newSubjectId } from "@behest/runtime/id";
import { expect, vi } from "vitest";
import { z } from "zod";
import { type Answer, consentTest, type ConsentService } from "./testing/consent-service.ts";

type Decided = z.infer<typeof Decision>;
const Decisions = z.object({ decisions: z.array(z.custom<Decided>()) });
const decisionsOf = (answer: Answer): Decided[] => Decisions.parse(answer.body).decisions;
const codesOf = (decision: Decided | undefined): string[] => (decision?.reasons ?? []).map(({ code }) => code);
const ask = (service: ConsentService, ...checks: Record<string, unknown>[]): Promise<Answer> =>
  service.as("marketing", "POST", "/v1/checks", { checks });
const marketing = { purpose: "marketing-email", channel: "email" };
const somebodyOf = (cell: "eu" | "cn" | "uk") => newSubjectId(cell, fixedClock(new Date()));

consentTest(
  "CONSENT-1 no is the default: nothing recorded, so denied, and the decision says exactly why and on what it rests",
  async ({ service }) => {
    const { subject } = await service.enrol();
    const answer = await ask(service, { subject, ...marketing, usedIn: "DE" });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      decisions: [
        {
          allowed: false,
          reasons: [{ code: "consent_not_recorded", purpose: "marketing-email" }],
          obligations: [],
          revision: expect.stringMatching(/^1:\d+:1$/),
          ageMs: expect.any(Number),
          policy: service.policies.hash,
        },
      ],
    });
  },
);

consentTest(
  "CONSENT-1 whoever is not known, and whatever is no id at all, is the same unknown: a deny, never an error",
  async ({ service }) => {
    const { subject } = await service.enrol();
    const decisions = decisionsOf(
      await ask(
        service,
        { subject: somebodyOf("eu"), ...marketing },
        { subject: "nobody at all", ...marketing },
        { subject, purpose: "world-domination" },
      ),
    );
    expect(decisions.map(({ allowed }) => allowed)).toEqual([false, false, false]);
    expect(decisions.map(codesOf)).toEqual([["subject_unknown"], ["subject_unknown"], ["purpose_unknown"]]);
    expect(decisions.every(({ revision }) => /^1:\d+:\d+$/.test(revision))).toBe(true);
  },
);

consentTest(
  "CONSENT-1 a subject or purpose that no database can hold is denied in its place, and the rest of the batch is answered",
  async ({ service }) => {
    const { subject } = await service.enrol();
    const odd = ["a\0b", "\uD800", "eu_\0"];
    const checks = [
      ...odd.map((text) => ({ subject: text, ...marketing })),
      ...odd.map((purpose) => ({ subject, purpose })),
      { subject, ...marketing },
    ];
    const answer = await ask(service, ...checks);
    expect(answer.status).toBe(200);
    expect(decisionsOf(answer).map(codesOf)).toEqual([
      ...odd.map(() => ["subject_unknown"]),
      ...odd.map(() => ["purpose_unknown"]),
      ["consent_not_recorded"],
    ]);
    for (const text of odd) {
      const body = { subject: text, ...marketing };
      expect(await service.as("marketing", "POST", "/v1/contacts", body, { "idempotency-key": "odd" + odd.indexOf(text) })).toMatchObject({
        status: 200,
        body: { reserved: false, decision: { reasons: [{ code: "subject_unknown" }] } },
      });
      const person = await service.enrol();
      expect(await service.as("marketing", "POST", "/v1/contacts", { subject, ...marketing, campaign: text })).toMatchObject({
        status: 400,
      });
      expect(await service.by(person, "GET", `/v1/subjects/${person.subject}/receipts/%00`)).toMatchObject({ status: 400 });
    }
  },
);

consentTest(
  "CONSENT-1 a client that policy lists nowhere is denied with its own code, and learns nothing of the person",
  async ({ service }) => {
    const { subject } = await service.enrol();
    const stranger = await service.as("stranger", "POST", "/v1/checks", {
      checks: [
        { subject, ...marketing },
        { subject: somebodyOf("eu"), ...marketing },
      ],
    });
    expect(stranger.status).toBe(200);
    expect(decisionsOf(stranger).map(codesOf)).toEqual([["caller_unknown"], ["caller_unknown"]]);
    const warehouse = await service.as("warehouse", "POST", "/v1/checks", { checks: [{ subject, ...marketing }] });
    expect(decisionsOf(warehouse).map(codesOf)).toEqual([["purpose_not_granted"]]);
  },
);

consentTest(
  "CONSENT-3 the check after a grant allows, the check after the withdrawal denies, each at the revision that the writer was told",
  async ({ service }) => {
    const person = await service.enrol();
    const granted = await service.grant(person, "marketing-email");
    const Written = z.object({ event: z.object({ revision: z.string() }) });
    const at = Written.parse(granted.body).event.revision;
    expect(decisionsOf(await ask(service, { subject: person.subject, ...marketing, minRevision: at }))).toMatchObject([
      { allowed: true, reasons: [], revision: at },
    ]);

    const withdrawn = await service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, {
      purpose: "marketing-email",
      action: "withdraw",
    });
    const after = Written.parse(withdrawn.body).event.revision;
    const [decision] = decisionsOf(await ask(service, { subject: person.subject, ...marketing, minRevision: after }));
    expect(decision).toMatchObject({ allowed: false, revision: after });
    expect(codesOf(decision)).toContain("consent_withdrawn");
  },
);

consentTest(
  "CONSENT-3 a caller that has seen more than this database, or another epoch or shard of it, is told stale and never yes",
  async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    const [now] = decisionsOf(await ask(service, { subject: person.subject, ...marketing }));
    const [epoch = "", shard = "", position = ""] = (now?.revision ?? "").split(":");
    const later = [`${epoch}:${shard}:${Number(position) + 1}`, `2:${shard}:${position}`, `${epoch}:${(Number(shard) + 1) % 256}:1`];
    const decisions = decisionsOf(
      await ask(service, ...later.map((minRevision) => ({ subject: person.subject, ...marketing, minRevision }))),
    );
    expect(decisions.map(({ allowed }) => allowed)).toEqual([false, false, false]);
    expect(decisions.map(codesOf)).toEqual([["stale"], ["stale"], ["stale"]]);
  },
);

consentTest(
  "CONSENT-4 a subject of another cell gets wrong_cell in its place; when all are, 421 names the right cell",
  async ({ service }) => {
    const { subject } = await service.enrol();
    const mixed = await ask(
      service,
      { subject: somebodyOf("cn"), ...marketing },
      { subject, ...marketing },
      { subject: somebodyOf("uk"), ...marketing },
    );
    expect(mixed.status).toBe(200);
    expect(decisionsOf(mixed).map(({ reasons }) => reasons)).toEqual([
      [{ code: "wrong_cell", cell: "cn" }],
      [{ code: "consent_not_recorded", purpose: "marketing-email" }],
      [{ code: "wrong_cell", cell: "uk" }],
    ]);
    const all = await ask(service, { subject: somebodyOf("cn"), ...marketing }, { subject: somebodyOf("cn"), ...marketing });
    expect(all).toMatchObject({ status: 421, body: { code: "wrong_cell", cell: "cn" } });
  },
);

consentTest("CONSENT-1 10,000 questions are answered in their order, one more is refused with its issue", async ({ service }) => {
  const people = await Promise.all(Array.from({ length: 5 }, () => service.enrol()));
  const willing = people[2];
  if (willing === undefined) throw new Error("five people were enrolled");
  await service.grant(willing, "marketing-email");
  const checks = Array.from({ length: 10_000 }, (_, index) => ({ subject: people[index % 5]?.subject, ...marketing }));
  const decisions = decisionsOf(await ask(service, ...checks));
  expect(decisions).toHaveLength(10_000);
  expect(decisions.every(({ allowed }, index) => allowed === (index % 5 === 2))).toBe(true);
  expect(await ask(service, ...checks, { subject: willing.subject, ...marketing })).toMatchObject({
    status: 400,
    body: { issues: [{ in: "body", pointer: "/checks" }] },
  });
});

consentTest("CONSENT-17 the same question, asked a thousand times in a batch, is decided once", async ({ service }) => {
  const person = await service.enrol();
  const other = await service.enrol();
  await service.grant(person, "marketing-email");
  const decisions = vi.spyOn(service.policies.callers, "get");
  await ask(service, { subject: person.subject, ...marketing }, { subject: other.subject, ...marketing });
  const ofTwo = decisions.mock.calls.length;
  expect(ofTwo).toBeGreaterThan(0);
  const checks = Array.from({ length: 1_000 }, (_, index) => ({ subject: (index % 2 === 0 ? person : other).subject, ...marketing }));
  const answers = decisionsOf(await ask(service, ...checks));
  expect(decisions.mock.calls.length).toBe(2 * ofTwo);
  decisions.mockRestore();
  expect(answers.every(({ allowed }, index) => allowed === (index % 2 === 0))).toBe(true);
});

consentTest(
  "CONSENT-1 soft opt-in allows only once each of its conditions is recorded, and no more after an objection",
  async ({ service }) => {
    const person = await service.enrol();
    const conditions = ["contact_from_sale", "own_similar_products", "objection_notice_at_collection", "objection_notice_at_each_use"];
    for (const [index, condition] of conditions.entries()) {
      expect(decisionsOf(await ask(service, { subject: person.subject, ...marketing }))[0]?.allowed).toBe(false);
      const body = { channel: "email", conditions: [{ condition, at: "2026-11-01T09:00:00.000Z", reference: `order ${index}` }] };
      expect(await service.as("marketing", "POST", `/v1/subjects/${person.subject}/evidence`, body)).toMatchObject({
        status: 201,
        body: { event: { kind: "evidence_recorded" } },
      });
    }
    expect(decisionsOf(await ask(service, { subject: person.subject, ...marketing }))[0]).toMatchObject({ allowed: true });
    await service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, { purpose: "marketing-email", action: "object" });
    expect(decisionsOf(await ask(service, { subject: person.subject, ...marketing }))[0]).toMatchObject({ allowed: false });
  },
);

consentTest(
  "CONSENT-1 proof dated in the future is refused, so that no check of a register lasts longer than it may",
  async ({ service }) => {
    const { subject } = await service.enrol();
    const body = { channel: "email", conditions: [{ condition: "register_checked", at: "2027-01-01T00:00:00.000Z", reference: "run 1" }] };
    expect(await service.as("marketing", "POST", `/v1/subjects/${subject}/evidence`, body)).toMatchObject({
      status: 400,
      body: { issues: [{ pointer: "/conditions/0/at" }] },
    });
  },
);
