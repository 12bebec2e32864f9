import { until } from "@behest/runtime/testing/until";
import { expect } from "vitest";
import { z } from "zod";
import { consentTest, type ConsentService, type Person } from "./testing/consent-service.ts";

const Counts = z.object({ tables: z.array(z.object({ table: z.string(), rows: z.number() })) });
const internal = (service: ConsentService, what: string, body: Record<string, unknown>) =>
  service.as("records", "POST", `/internal/v1/subject-data/${what}`, body);
async function counts(service: ConsentService, what: "count" | "rescan", { subject }: Person): Promise<Record<string, number>> {
  const { tables } = Counts.parse((await internal(service, what, { subject })).body);
  return Object.fromEntries(tables.filter(({ rows }) => rows > 0).map(({ table, rows }) => [table, rows]));
}

consentTest(
  "CONSENT-9 records can count, export and erase all that is here about a person; what stays says nothing about anybody",
  async ({ service }) => {
    const [person, other] = [await service.enrol({ birthYear: 1984 }), await service.enrol()];
    for (const one of [person, other]) {
      await service.grant(one, "marketing-email");
      await service.as("marketing", "POST", "/v1/contacts", { subject: one.subject, purpose: "marketing-email", channel: "email" });
    }
    const before = await counts(service, "count", person);
    expect(before).toEqual({
      subject_event: 2,
      subject_state: 1,
      subject_key: 1,
      receipt: 1,
      contact_event: 1,
      outbox: 1,
    });
    const exported = JSON.stringify((await internal(service, "export", { subject: person.subject })).body);
    const [key] = await service.cellDb.sql`select salt, key from consent.subject_key where subject = ${person.subject}`;
    expect(exported).toContain("granted");
    expect(exported).not.toContain(String(key?.["salt"]));
    expect(exported).not.toContain(String(key?.["key"]));
    expect(exported).not.toContain(other.subject);

    await service.as("records", "POST", `/v1/subjects/${person.subject}/stops`, { kind: "erased", reference: "plan 1" });
    for (const _time of [1, 2]) expect((await internal(service, "erase", { subject: person.subject, plan: "plan 1" })).status).toBe(200);
    // The job that found nobody to tell yet looks once more, sees that nothing is left to tell, and is gone.
    await until(async () => !("consent_jobs._private_jobs" in (await counts(service, "rescan", person))));
    expect(await counts(service, "rescan", person)).toEqual({ subject_event: 3, subject_state: 1 });
    expect(await counts(service, "count", other)).toEqual(before);
  },
);
