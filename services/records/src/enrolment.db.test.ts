import { loadPolicies } from "@behest/policies/load";
import { createLog } from "@behest/runtime/log";
import { expect, test } from "vitest";
import { dbTest } from "@behest/runtime/testing/database";
import { ConsentRefused } from "./consent-client.ts";
import type { Door } from "./door.ts";
import { columnsOf, unmapped } from "./list-unmapped.ts";
import { crmMap } from "./open-door.ts";
import { runEnrolment } from "./run-enrolment.ts";
import { orderEnrolment } from "./start-enrolment.ts";
import { doorTest } from "./testing/door-service.ts";

const policies = loadPolicies();
const log = createLog("records", "silent");

doorTest(
  "RECORDS-7: everyone whom the map finds is enrolled once, and consent knows them; a second run changes nothing",
  async ({ service }) => {
    await service.addContact({ key: "anna" });
    await service.addContact({ key: "grace", country: "USA", state: "CA" });
    expect(await service.enrol()).toEqual({ found: 2, enrolled: 2, changed: 0, unchanged: 0, conflicts: 0 });
    expect(await service.enrol()).toEqual({ found: 2, enrolled: 0, changed: 0, unchanged: 2, conflicts: 0 });
    const states = await service.door.consent.stateOf(await service.subjectOf("grace"));
    expect(states.state).toMatchObject({ status: "active", countries: ["US"], subdivision: "US-CA" });
    expect(await service.cellDb.sql`select 1 from consent.subject_event`).toHaveLength(2);
  },
);

doorTest("RECORDS-7: a changed address reaches consent as a commitment, not as an address", async ({ service }) => {
  await service.addContact({ key: "anna" });
  await service.enrol();
  const subject = await service.subjectOf("anna");
  const before = await service.door.consent.stateOf(subject);
  await service.cellDb.sql`update crm.contact set email = 'moved@example.com' where external_key = 'anna'`;
  expect(await service.enrol()).toMatchObject({ changed: 1 });
  const after = await service.door.consent.stateOf(subject);
  expect(after.state?.contactPoints.email).toMatch(/^\S{20,}$/);
  expect(after.state?.contactPoints.email).not.toBe(before.state?.contactPoints.email);
  expect(JSON.stringify(after)).not.toContain("moved");
});

doorTest("RECORDS-7: a run that died between enrolling and telling goes on and tells", async ({ service }) => {
  await service.addContact({ key: "anna" });
  const { door } = service;
  const run = await door.database.transact((tx) => orderEnrolment(tx, door));
  const deaf = { ...door, consent: { ...door.consent, enrol: () => Promise.reject(new Error("killed")) } };
  await expect(runEnrolment(deaf, run.id, log)).rejects.toThrow("killed");
  expect((await door.consent.stateOf(await service.subjectOf("anna"))).state).toBeNull();
  expect((await service.cellDb.sql`select status from records.enrolment_run`)[0]).toEqual({ status: "failed" });
  await runEnrolment(door, run.id, log);
  expect((await door.consent.stateOf(await service.subjectOf("anna"))).state).toMatchObject({ status: "active" });
  expect(await service.cellDb.sql`select status, found, enrolled from records.enrolment_run`).toMatchObject([
    { status: "done", found: 1, enrolled: 1 },
  ]);
});

doorTest("RECORDS-7: one person whom consent can't take holds back nobody else", async ({ service }) => {
  for (const key of ["anna", "bert", "carl"]) await service.addContact({ key, ...(key === "bert" ? { email: "-" } : {}) });
  const { door } = service;
  const refusing: Door = {
    ...door,
    consent: {
      ...door.consent,
      enrol: (people) =>
        people.some(({ contactPoints }) => contactPoints.length === 0)
          ? Promise.reject(new ConsentRefused("test"))
          : door.consent.enrol(people),
    },
  };
  const run = await door.database.transact((tx) => orderEnrolment(tx, door));
  await runEnrolment(refusing, run.id, log);
  const known = await Promise.all(
    ["anna", "bert", "carl"].map(async (key) => (await door.consent.stateOf(await service.subjectOf(key))).state !== null),
  );
  expect(known).toEqual([true, false, true]);
});

doorTest("RECORDS-7: what the contract can't take is left out, and the person is enrolled all the same", async ({ service }) => {
  await service.addContact({ key: "anna", email: "-", birthYear: 1890, country: "x".repeat(5_000) });
  expect(await service.enrol()).toMatchObject({ enrolled: 1 });
  expect((await service.door.consent.stateOf(await service.subjectOf("anna"))).state).toMatchObject({
    status: "active",
    birthYear: null,
    countries: [],
    contactPoints: {},
  });
});

doorTest("RECORDS-6: two countries on record are listed for an officer and nobody else", async ({ service }) => {
  await service.addContact({ key: "12370", country: "Austria" });
  await service.cellDb
    .sql`insert into crm.sales_order (source, number, kind, contact_id, ordered_at, country_as_given) select 'test', 'second', 'order', id, now(), 'Cyprus' from crm.contact`;
  expect(await service.enrol()).toMatchObject({ conflicts: 1 });
  const officer = await service.token({ clientId: "portal", staffId: "olaf.officer", roles: ["officer"] });
  expect((await service.send(officer, "GET", "/v1/conflicts")).body).toMatchObject({
    conflicts: [{ key: "12370", countries: ["AT", "CY"], cell: "eu" }],
  });
  const agent = await service.token({ clientId: "portal", staffId: "sofia.agent", roles: ["support-agent"] });
  expect((await service.send(agent, "GET", "/v1/conflicts")).status).toBe(403);
});

doorTest("RECORDS-10: a column that nobody mapped is closed, and an officer sees it", async ({ service }) => {
  await service.cellDb.sql`alter table crm.contact add column shoe_size text`;
  await service.addContact({ key: "anna" });
  await service.enrol();
  const officer = await service.token({ clientId: "portal", staffId: "olaf.officer", roles: ["officer"] });
  expect((await service.send(officer, "GET", "/v1/unmapped")).body).toEqual({
    columns: [{ table: "contact", column: "shoe_size", type: "text" }],
  });
  const { body } = await service.send(await service.token({ clientId: "support-desk" }), "POST", "/v1/reads", {
    subject: await service.subjectOf("anna"),
    purpose: "service-support",
    fields: ["contact.shoe_size"],
  });
  expect(body).toMatchObject({
    tables: [],
    withheld: [{ field: "contact.shoe_size", category: null, reasons: [{ code: "field_unmapped" }] }],
  });
});

doorTest("RECORDS-12: what is stored is shown to the person alone, by category", async ({ service }) => {
  await service.addContact({ key: "anna" });
  await service.addContact({ key: "bert" });
  await service.enrol();
  const [anna, bert] = [await service.subjectOf("anna"), await service.subjectOf("bert")];
  const token = await service.token({ clientId: "portal", subject: anna });
  const own = await service.send(token, "GET", `/v1/subjects/${anna}/stored?locale=ja`);
  expect(own.status).toBe(200);
  expect(JSON.stringify(own.body)).toContain("anna@example.com");
  expect(JSON.stringify(own.body)).not.toContain("bert");
  expect((await service.send(token, "GET", `/v1/subjects/${bert}/stored`)).status).toBe(404);
});

dbTest("RECORDS-10: the map names every column of the CRM and of our own tables, and none that isn't there", async ({ cellDb }) => {
  for (const map of policies.dataMaps.values()) {
    const service = map.source === "crm" ? "records" : map.source;
    const columns = await cellDb
      .open(service === "consent" ? "consent" : service === "portal" ? "portal" : "records")
      .transact((tx) => columnsOf(tx, map.source));
    expect({ source: map.source, unmapped: unmapped(map, columns) }).toEqual({ source: map.source, unmapped: [] });
    const there = new Set(columns.map(({ table, column }) => `${table}.${column}`));
    const dangling = Object.entries(map.tables)
      .flatMap(([table, { columns: named }]) => Object.keys(named).map((column) => `${table}.${column}`))
      .filter((field) => !there.has(field));
    expect({ source: map.source, dangling }).toEqual({ source: map.source, dangling: [] });
  }
});

test("RECORDS-10: exactly one map is of a CRM", () => {
  expect(crmMap(policies).source).toBe("crm");
});
