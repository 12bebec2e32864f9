import { expect } from "vitest";
import { z } from "zod";
import { consentTest, type ConsentService, type Person } from "./testing/consent-service.ts";

const Decisions = z.object({ decisions: z.array(z.object({ allowed: z.boolean(), reasons: z.array(z.object({ code: z.string() })) })) });
const softOptIn = ["contact_from_sale", "own_similar_products", "objection_notice_at_collection", "objection_notice_at_each_use"];
const california = { countries: ["US"], subdivision: "US-CA", timeZone: "America/Los_Angeles" };

const record = (service: ConsentService, { subject }: Person, conditions: readonly string[], rest: object = {}) =>
  service.as("marketing", "POST", `/v1/subjects/${subject}/evidence`, {
    channel: "email",
    conditions: conditions.map((condition) => ({ condition, at: "2026-11-20T09:00:00Z", reference: "form 7" })),
    ...rest,
  });

async function codesFor(service: ConsentService, client: string, { subject }: Person, purpose: string): Promise<string[]> {
  const answer = await service.as(client, "POST", "/v1/checks", { checks: [{ subject, purpose }] });
  return Decisions.parse(answer.body).decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code));
}

const move = (service: ConsentService, { subject }: Person, emails: readonly string[]) =>
  service.as("records", "POST", "/v1/enrolments", {
    subjects: [
      {
        subject,
        countries: ["DE"],
        subdivision: null,
        timeZone: null,
        birthYear: null,
        contactPoints: emails.map((value) => ({ channel: "email", value })),
      },
    ],
  });

consentTest("CONSENT-18 evidence holds for the address on record when it was recorded, and for no other", async ({ service }) => {
  const person = await service.enrol();
  await record(service, person, softOptIn);
  expect(await codesFor(service, "marketing", person, "marketing-email")).toEqual([]);
  await move(service, person, ["another@example.org"]);
  expect(await codesFor(service, "marketing", person, "marketing-email")).toEqual(["consent_not_recorded"]);
  await record(service, person, softOptIn);
  expect(await codesFor(service, "marketing", person, "marketing-email")).toEqual([]);
});

consentTest("CONSENT-18 evidence recorded when no address was on record counts for none that comes later", async ({ service }) => {
  const person = await service.enrol();
  await move(service, person, []);
  await record(service, person, softOptIn);
  await move(service, person, [person.email]);
  expect(await codesFor(service, "marketing", person, "marketing-email")).toEqual(["consent_not_recorded"]);
});

consentTest(
  "CONSENT-18 what was shown about e-mails says nothing about sharing: that needs evidence for that purpose",
  async ({ service }) => {
    const person = await service.enrol(california);
    await record(service, person, ["opt_out_notice_given", "opt_out_link_in_each_message"]);
    expect(await codesFor(service, "marketing", person, "marketing-email")).toEqual([]);
    expect(await codesFor(service, "partner-hub", person, "partner-sharing")).toEqual(["opt_out_evidence_missing"]);
    expect(await codesFor(service, "analytics", person, "profiling")).toEqual(["opt_out_evidence_missing"]);
    await record(service, person, ["opt_out_notice_given"], { purpose: "partner-sharing" });
    expect(await codesFor(service, "partner-hub", person, "partner-sharing")).toEqual([]);
    expect(await codesFor(service, "analytics", person, "profiling")).toEqual(["opt_out_evidence_missing"]);
  },
);

consentTest("CONSENT-18 the caller can claim neither an address nor a purpose that does not exist", async ({ service }) => {
  const person = await service.enrol();
  expect(await record(service, person, softOptIn, { contact: "forged" })).toMatchObject({ status: 400 });
  expect(await record(service, person, softOptIn, { purpose: "mining" })).toMatchObject({
    status: 400,
    body: { issues: [{ in: "body", pointer: "/purpose" }] },
  });
});
