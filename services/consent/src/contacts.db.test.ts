import { randomUUID } from "node:crypto";
import { until } from "@behest/runtime/testing/until";
import { expect } from "vitest";
import { z } from "zod";
import { consentTest, type ConsentService, type Person } from "./testing/consent-service.ts";

const reserve = (service: ConsentService, person: Person, rest: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  service.as(
    "marketing",
    "POST",
    "/v1/contacts",
    { subject: person.subject, purpose: "marketing-email", channel: "email", ...rest },
    headers,
  );
const Reserved = z.object({
  reserved: z.literal(true),
  contact: z.string(),
  unsubscribe: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
});
const capMax = 4;
const dayMs = 86_400_000;

async function willing(service: ConsentService): Promise<Person> {
  const person = await service.enrol({ timeZone: "Europe/Berlin" });
  await service.grant(person, "marketing-email");
  return person;
}
const waitingForLocks = async (service: ConsentService): Promise<number> =>
  (await service.cellDb.sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length;
const tokenOf = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

consentTest(
  "CONSENT-10 of callers racing for the last slot exactly one gets it, and a slot is free again when the window has passed",
  async ({ service }) => {
    const person = await willing(service);
    for (let taken = 0; taken < capMax - 1; taken += 1) expect((await reserve(service, person)).status).toBe(201);
    // Held until all of them wait for this person's row, so that they really meet.
    const holder = await service.cellDb.sql.reserve();
    await holder`begin`;
    await holder`select 1 from consent.subject_state where subject = ${person.subject} for update`;
    const racing = Array.from({ length: 8 }, (_, index) => reserve(service, person, { campaign: `campaign ${index}` }));
    await until(async () => (await waitingForLocks(service)) === racing.length);
    await holder`commit`;
    holder.release();
    const race = await Promise.all(racing);
    expect(race.filter(({ status }) => status === 201)).toHaveLength(1);
    const losers = race.filter(({ status }) => status === 200);
    expect(losers).toHaveLength(7);
    for (const { body } of losers)
      expect(body).toMatchObject({
        reserved: false,
        decision: { allowed: false, reasons: [{ code: "frequency_cap_reached", channel: "email" }] },
      });
    expect(await service.cellDb.sql`select 1 from consent.contact_event where subject = ${person.subject}`).toHaveLength(capMax);
    service.clock.advance(7 * dayMs + 1);
    expect((await reserve(service, person)).status).toBe(201);
  },
);

consentTest("CONSENT-10 a reached cap shows in checks too, and a refused contact takes no slot", async ({ service }) => {
  const person = await service.enrol();
  expect(await reserve(service, person)).toMatchObject({ status: 200, body: { reserved: false, decision: { allowed: false } } });
  expect(await service.cellDb.sql`select 1 from consent.contact_event`).toHaveLength(0);
  await service.grant(person, "marketing-email");
  for (let taken = 0; taken < capMax; taken += 1) await reserve(service, person);
  const check = await service.as("marketing", "POST", "/v1/checks", { checks: [{ subject: person.subject, purpose: "marketing-email" }] });
  expect(check.body).toMatchObject({ decisions: [{ allowed: false, reasons: [{ code: "frequency_cap_reached" }] }] });
});

consentTest("CONSENT-10 a retry with the same Idempotency-Key gets the same slot and the same link", async ({ service }) => {
  const person = await willing(service);
  const key = { "idempotency-key": randomUUID() };
  const first = await reserve(service, person, {}, key);
  const again = await reserve(service, person, {}, key);
  expect(first.status).toBe(201);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(await service.cellDb.sql`select 1 from consent.contact_event`).toHaveLength(1);
});

consentTest("CONSENT-10 a contact and a withdrawal at once: whichever comes second sees the first", async ({ service }) => {
  const person = await willing(service);
  const withdraw = { purpose: "marketing-email", action: "withdraw" };
  const [, ...contacts] = await Promise.all([
    service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, withdraw),
    reserve(service, person),
    reserve(service, person),
  ]);
  expect(contacts.every(({ status }) => status === 200 || status === 201)).toBe(true);
  expect(await reserve(service, person)).toMatchObject({ status: 200, body: { reserved: false } });
});

consentTest(
  "CONSENT-11 every message carries a way out that needs no sign-in: looking changes nothing, following stops the purpose at once, twice is once",
  async ({ service }) => {
    const person = await willing(service);
    const { url, headers } = Reserved.parse((await reserve(service, person)).body).unsubscribe;
    expect(url).toMatch(/^https:\/\/privacy\.example\.org\/u\/[\w-]{43}$/);
    expect(headers).toEqual({ "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" });
    const path = `/v1/unsubscribe-links/${tokenOf(url)}`;
    for (const _look of [1, 2])
      expect(await service.as("portal", "GET", path)).toMatchObject({
        status: 200,
        body: { purpose: "marketing-email", channel: "email", stopped: false },
      });
    for (const _click of [1, 2]) expect(await service.as("portal", "POST", path)).toMatchObject({ status: 200, body: { stopped: true } });
    expect(await service.as("portal", "GET", path)).toMatchObject({ status: 200, body: { stopped: true } });
    const kinds = await service.cellDb.sql`select kind from consent.subject_event where subject = ${person.subject} order by version`;
    expect(kinds.map((row) => row["kind"])).toEqual(["enrolled", "granted", "withdrawn"]);
    expect(await reserve(service, person)).toMatchObject({
      body: { reserved: false, decision: { reasons: [{ code: "consent_withdrawn" }] } },
    });
  },
);

consentTest(
  "CONSENT-11 a link still works after a year, an invented one is nowhere, and the token itself is not in the tables",
  async ({ service }) => {
    const person = await willing(service);
    const { url } = Reserved.parse((await reserve(service, person)).body).unsubscribe;
    const rows = JSON.stringify(await service.cellDb.sql`select * from consent.unsubscribe_link`);
    expect(rows).not.toContain(tokenOf(url));
    service.clock.advance(365 * dayMs);
    expect(await service.as("portal", "POST", `/v1/unsubscribe-links/${"x".repeat(43)}`)).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
    expect(await service.as("portal", "POST", `/v1/unsubscribe-links/${tokenOf(url)}`)).toMatchObject({
      status: 200,
      body: { stopped: true },
    });
  },
);

consentTest("CONSENT-11 the way out of a use that rests on opt-out is an objection", async ({ service }) => {
  const person = await service.enrol({ countries: ["US"], subdivision: "US-NY", timeZone: "America/New_York" });
  const conditions = ["opt_out_notice_given", "opt_out_link_in_each_message"].map((condition) => ({
    condition,
    at: "2026-11-20T10:00:00Z",
    reference: "form 1",
  }));
  await service.as("marketing", "POST", `/v1/subjects/${person.subject}/evidence`, { channel: "email", conditions });
  service.clock.advance(6 * 3_600_000);
  const reserved = await reserve(service, person);
  const { url } = Reserved.parse(reserved.body).unsubscribe;
  await service.as("portal", "POST", `/v1/unsubscribe-links/${tokenOf(url)}`);
  expect(await reserve(service, person)).toMatchObject({ body: { reserved: false, decision: { reasons: [{ code: "opted_out" }] } } });
});
