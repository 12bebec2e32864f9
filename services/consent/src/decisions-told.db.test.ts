import { freePort } from "@behest/runtime/testing/free-port";
import { until } from "@behest/runtime/testing/until";
import { describe, expect } from "vitest";
import { z } from "zod";
import { type Answer, type ConsentService, consentTest, grantOf, type Person } from "./testing/consent-service.ts";
import { startRecords } from "./testing/records-process.ts";

const Recorded = z.object({ event: z.object({ id: z.string(), at: z.string() }) });
const eventOf = ({ body }: Answer) => Recorded.parse(body).event;
const act = (service: ConsentService, person: Person, body: Record<string, unknown>) =>
  service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, body);
const waiting = async ({ cellDb }: ConsentService) =>
  z
    .array(z.object({ id: z.string(), key: z.string(), payload: z.record(z.string(), z.string()) }))
    .parse([...(await cellDb.sql`select id, key, payload from consent.outbox order by position`)]);

describe("CONSENT-16 whoever decides is told", () => {
  consentTest(
    "each decision puts one message out with it, in the person's order: ids and codes, and a repeated one none",
    async ({ service }) => {
      const person = await service.enrol();
      const granted = eventOf(await service.grant(person, "marketing-email"));
      await service.grant(person, "marketing-email");
      const withdrawn = eventOf(await act(service, person, { purpose: "marketing-email", action: "withdraw" }));
      const objected = eventOf(await act(service, person, { purpose: "analytics", action: "object" }));
      const lifted = eventOf(await act(service, person, { purpose: "analytics", action: "lift-objection" }));
      const messages = await waiting(service);
      expect(messages.map(({ id, payload }) => ({ id, ...payload }))).toEqual(
        [
          { id: granted.id, purpose: "marketing-email", decision: "granted", at: granted.at },
          { id: withdrawn.id, purpose: "marketing-email", decision: "withdrawn", at: withdrawn.at },
          { id: objected.id, purpose: "analytics", decision: "objected", at: objected.at },
          { id: lifted.id, purpose: "analytics", decision: "objection_lifted", at: lifted.at },
        ].map((message) => ({ ...message, subject: person.subject })),
      );
      expect(new Set(messages.map(({ key }) => key))).toEqual(new Set([person.subject]));
    },
  );

  consentTest("a yes that does not hold yet is not told as one that does", async ({ service }) => {
    const person = await service.enrol();
    // An address that the identity provider has not verified: in Germany the yes waits for its confirmation.
    const other = {
      ...grantOf(service.policies, person, "marketing-email"),
      contactPoint: { channel: "email", value: "other@example.org" },
    };
    expect((await act(service, person, other)).body).toMatchObject({ status: "unconfirmed" });
    expect((await waiting(service)).map(({ payload }) => payload["decision"])).toEqual(["granted_pending"]);
  });

  consentTest("a no to what was asked is not mailed, and neither is what somebody else did", async ({ service }) => {
    const person = await service.enrol();
    const { notice } = z.object({ notice: z.unknown() }).parse(grantOf(service.policies, person, "marketing-sms"));
    expect((await act(service, person, { purpose: "marketing-sms", action: "refuse", notice })).status).toBe(201);
    await service.as("records", "POST", `/v1/subjects/${person.subject}/stops`, { kind: "restricted", reference: "case 1" });
    expect(await waiting(service)).toEqual([]);
  });

  consentTest("a stop by an unsubscribe link is told, once", async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    const slot = await service.as("marketing", "POST", "/v1/contacts", {
      subject: person.subject,
      purpose: "marketing-email",
      channel: "email",
    });
    const { unsubscribe } = z.object({ unsubscribe: z.object({ url: z.url() }) }).parse(slot.body);
    for (const _click of [1, 2]) await service.as("portal", "POST", `/v1/unsubscribe-links/${unsubscribe.url.split("/").at(-1) ?? ""}`);
    expect((await waiting(service)).map(({ payload }) => payload["decision"])).toEqual(["granted", "withdrawn"]);
  });

  consentTest("decision and message are one transaction: where the message can't be written, nothing was decided", async ({ service }) => {
    const person = await service.enrol();
    const { sql } = service.cellDb;
    await sql`alter table consent.outbox add constraint full_for_now check (false) not valid`;
    expect((await service.grant(person, "marketing-email")).status).toBe(500);
    expect(await sql`select 1 from consent.subject_event where kind = 'granted'`).toHaveLength(0);
    await sql`alter table consent.outbox drop constraint full_for_now`;
    expect((await service.grant(person, "marketing-email")).status).toBe(201);
    expect(await waiting(service)).toHaveLength(1);
  });

  consentTest(
    "records that is away is asked again until it has taken every decision, and takes each once",
    { timeout: 120_000 },
    async ({ service }) => {
      const { sql } = service.cellDb;
      const person = await service.enrol();
      const stranger = await service.enrol();
      await sql`insert into records.subject (id, source, person_key, countries, conflict, digest, enrolled_at, changed_at) values (${person.subject}, 'crm', gen_random_uuid(), '{DE}', false, '\\x00', now(), now())`;
      const port = await freePort();
      service.env.urls.records = `http://127.0.0.1:${port}`;
      await service.restart();
      await service.started().ready;
      const granted = eventOf(await service.grant(person, "marketing-email"));
      const withdrawn = eventOf(await act(service, person, { purpose: "marketing-email", action: "withdraw" }));
      await service.grant(stranger, "marketing-email");
      const failed = await until(async () => {
        const jobs =
          await sql`select last_error from consent_jobs._private_jobs where key = ${`outbox:${person.subject}`} and last_error is not null`;
        return jobs[0];
      });
      expect(failed["last_error"]).toBe("Problem unavailable");
      expect(await waiting(service)).toHaveLength(3);

      const records = await startRecords(service.cellDb, service.issuer.issuer, port);
      try {
        // Also the one about somebody whom records does not know: there is nobody to write to.
        await until(async () => (await waiting(service)).length === 0, 60);
        const taken = await sql`select event, client, decision from records.decision_notice order by decided_at, decision`;
        expect(taken.map((row) => ({ ...row }))).toEqual([
          { event: granted.id, client: "consent", decision: "granted" },
          { event: withdrawn.id, client: "consent", decision: "withdrawn" },
        ]);
      } finally {
        await records.stop();
      }
    },
  );
});
