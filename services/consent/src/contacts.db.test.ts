import { randomUUID } from "node:crypto";
import { until } from "@behest/runtime/testing/until";
import { expect } from "vitest";
import { z } from "zod";
import { shardOf } from "./shard.ts";
import { consentTest, type ConsentService, type Person } from "./testing/consent-service.ts";
import { unsubscribeToken } from "./unsubscribe-token.ts";

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

const stops: [string, (service: ConsentService, person: Person) => Promise<unknown>, string][] = [
  [
    "withdrawal",
    (service, person) =>
      service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, { purpose: "marketing-email", action: "withdraw" }),
    "consent_withdrawn",
  ],
  ...["restricted", "erased"].map((kind): (typeof stops)[number] => [
    kind,
    (service, person) => service.as("records", "POST", `/v1/subjects/${person.subject}/stops`, { kind, reference: "case 1" }),
    "not_permitted",
  ]),
];
for (const [what, stop, code] of stops)
  consentTest(
    `CONSENT-10 a retry is decided again: after a stop (${what}) the same Idempotency-Key gets a no, and takes no second slot`,
    async ({ service }) => {
      const person = await willing(service);
      const key = { "idempotency-key": randomUUID() };
      expect((await reserve(service, person, {}, key)).status).toBe(201);
      await stop(service, person);
      expect(await reserve(service, person, {}, key)).toMatchObject({
        status: 200,
        body: { reserved: false, decision: { allowed: false, reasons: [{ code }] } },
      });
      expect(await service.cellDb.sql`select 1 from consent.contact_event`).toHaveLength(1);
    },
  );

consentTest(
  "CONSENT-10 a retry of the last slot that the cap leaves is no further contact, and retries at once take one slot",
  async ({ service }) => {
    const person = await willing(service);
    for (let taken = 0; taken < capMax - 1; taken += 1) await reserve(service, person);
    const key = { "idempotency-key": randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => reserve(service, person, {}, key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => Reserved.parse(body).contact)).size).toBe(1);
    expect(await service.cellDb.sql`select 1 from consent.contact_event`).toHaveLength(capMax);
  },
);

consentTest(
  "CONSENT-10 a key is one contact for a day: another request with it is refused, a no leaves it free, and later it takes a slot anew",
  async ({ service }) => {
    const person = await service.enrol({ timeZone: "Europe/Berlin" });
    const key = { "idempotency-key": randomUUID() };
    expect((await reserve(service, person, {}, key)).status).toBe(200);
    await service.grant(person, "marketing-email");
    const first = Reserved.parse((await reserve(service, person, { campaign: "spring" }, key)).body);
    expect(await reserve(service, person, { campaign: "autumn" }, key)).toMatchObject({
      status: 409,
      body: { code: "idempotency_key_reused" },
    });
    const other = await willing(service);
    expect(Reserved.parse((await reserve(service, other, { campaign: "spring" }, key)).body).contact).not.toBe(first.contact);
    service.clock.advance(dayMs);
    const later = Reserved.parse((await reserve(service, person, { campaign: "autumn" }, key)).body);
    expect(later.contact).not.toBe(first.contact);
    expect(await service.cellDb.sql`select 1 from consent.contact_event where subject = ${person.subject}`).toHaveLength(2);
  },
);

consentTest("CONSENT-10 slots are for marketing: nothing else can take one, and nothing else is counted", async ({ service }) => {
  const person = await willing(service);
  const question = { subject: person.subject, purpose: "service-support", channel: "email" };
  expect(await service.as("support-desk", "POST", "/v1/contacts", question)).toMatchObject({
    status: 400,
    body: { code: "malformed", issues: [{ pointer: "/purpose" }] },
  });
  expect(await reserve(service, person, { purpose: "world-domination" })).toMatchObject({
    status: 200,
    body: { decision: { reasons: [{ code: "purpose_unknown" }] } },
  });
  expect(await service.cellDb.sql`select 1 from consent.contact_event`).toHaveLength(0);
  // As an earlier version took them.
  await service.cellDb.sql`
    insert into consent.contact_event (shard, contact, subject, purpose, channel, client, at)
    select ${shardOf(person.subject)}, 'old ' || n, ${person.subject}, 'service-support', 'email', 'support-desk', ${service.clock.now().toISOString()}
    from generate_series(1, ${capMax}) as n`;
  expect((await reserve(service, person)).status).toBe(201);
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
    expect(url).toMatch(/^https:\/\/privacy\.example\.org\/u\/[\w-]{32,200}$/);
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
  "CONSENT-11 a link still works after a year and without any row of its contact, and an invented or altered one is nowhere",
  async ({ service }) => {
    const person = await willing(service);
    const { url } = Reserved.parse((await reserve(service, person)).body).unsubscribe;
    await service.cellDb.sql`delete from consent.contact_event`;
    service.clock.advance(365 * dayMs);
    const bytes = Buffer.from(tokenOf(url), "base64url");
    for (let index = 0; index < bytes.length; index += 7) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
      expect((await service.as("portal", "GET", `/v1/unsubscribe-links/${altered.toString("base64url")}`)).status).toBe(404);
    }
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

for (const key of [undefined, { "idempotency-key": "message 1".replace(" ", "-") }])
  consentTest(
    `CONSENT-11 the link is in no table${key === undefined ? "" : ", with an Idempotency-Key neither"}, and says nothing of the person`,
    async ({ service }) => {
      const person = await willing(service);
      const { url } = Reserved.parse((await reserve(service, person, {}, key)).body).unsubscribe;
      const tables = await service.cellDb.sql`select table_name as name from information_schema.tables where table_schema = 'consent'`;
      const rows = await Promise.all(tables.map(({ name }) => service.cellDb.sql`select * from consent.${service.cellDb.sql(name)}`));
      const stored = JSON.stringify(rows);
      expect(stored).toContain(person.subject);
      expect(stored).not.toContain(tokenOf(url));
      expect(stored).not.toContain("message-1");
      const readable =
        url + Buffer.from(tokenOf(url), "base64url").toString("latin1") + Buffer.from(tokenOf(url), "base64url").toString("hex");
      for (const said of [person.subject, person.subject.slice(3), "marketing"]) expect(readable).not.toContain(said);
    },
  );

consentTest("CONSENT-11 whether a link has stopped its use is how things stand now", async ({ service }) => {
  const person = await willing(service);
  const path = `/v1/unsubscribe-links/${tokenOf(Reserved.parse((await reserve(service, person)).body).unsubscribe.url)}`;
  expect((await service.as("portal", "POST", path)).body).toMatchObject({ stopped: true });
  await service.grant(person, "marketing-email");
  expect((await service.as("portal", "GET", path)).body).toMatchObject({ stopped: false });
  expect((await service.as("portal", "POST", path)).body).toMatchObject({ stopped: true });
  // No objection reaches a contract: a link that an earlier version made for one stops nothing, and says so.
  const key = Buffer.from(service.env.extra.COMMITMENT_KEY, "base64url");
  const subject = person.subject;
  const contract = unsubscribeToken(key, "eu", "contact", { subject, purpose: "order-fulfilment", channel: "email" });
  for (const method of ["GET", "POST"])
    expect((await service.as("portal", method, `/v1/unsubscribe-links/${contract}`)).body).toMatchObject({ stopped: false });
});

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
