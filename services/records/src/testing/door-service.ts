/** A running door for a test: real database, real consent process, real token issuer, the real policies and the CRM's real tables. */
import { audienceOf, SubjectId } from "@behest/contracts/ids";
import { loadPolicies } from "@behest/policies/load";
import { tokenVerifier } from "@behest/runtime/actor";
import { systemClock } from "@behest/runtime/clock";
import { createLog } from "@behest/runtime/log";
import { type CellDb, dbTest } from "@behest/runtime/testing/database";
import { listen } from "@behest/runtime/testing/listen";
import { startTestIssuer, type TestIssuer, type TokenRequest } from "@behest/runtime/testing/tokens";
import { z } from "zod";
import { createRecordsApp } from "../app.ts";
import { consentClient } from "../consent-client.ts";
import type { Door } from "../door.ts";
import { openDoor } from "../open-door.ts";
import { ownTables } from "../own-tables.ts";
import { runEnrolment } from "../run-enrolment.ts";
import { orderEnrolment } from "../start-enrolment.ts";
import { startConsent, type ConsentProcess } from "./consent-process.ts";

export type Answer = { status: number; body: unknown };
export type DoorService = {
  door: Door;
  url: string;
  issuer: TestIssuer;
  consent: ConsentProcess;
  cellDb: CellDb;
  token(request: Partial<TokenRequest> & { clientId: string }, service?: "records" | "consent"): Promise<string>;
  send(token: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Sends to consent. */
  tell(token: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Inserts a CRM contact; returns its external key. */
  addContact(contact: {
    key: string;
    country?: string;
    /** Null: none on record. */
    email?: string | null;
    owner?: string;
    birthYear?: number;
    state?: string;
    language?: string;
  }): Promise<string>;
  /** One whole enrolment run, as the job does it. */
  enrol(): Promise<{ enrolled: number; changed: number; unchanged: number; conflicts: number; found: number }>;
  subjectOf(key: string): Promise<SubjectId>;
};

const everyScope =
  "records:read records:lookup records:enrol records:notify records:own records:oversee internal:subject-data consent:check consent:enrol consent:stop consent:feed consent:own";
const policies = loadPolicies();

export const doorTest = dbTest.extend<{ service: DoorService }>({
  service: async ({ cellDb }, use) => {
    const issuer = await startTestIssuer("eu");
    const consent = await startConsent(cellDb, issuer.issuer);
    const service = await start(cellDb, issuer, consent);
    try {
      await use(service);
    } finally {
      await service.close();
      await consent.stop();
      await issuer.close();
    }
  },
});

async function start(cellDb: CellDb, issuer: TestIssuer, consent: ConsentProcess): Promise<DoorService & { close: () => Promise<void> }> {
  const token: DoorService["token"] = (request, service = "records") =>
    issuer.token({ scope: everyScope, audience: audienceOf("eu", service), ...request });
  // The test issuer gives a client only the scopes it names; the door's own tokens come with all of them.
  const withScopes = async (audience: string) => issuer.token({ audience, clientId: "records", scope: everyScope });
  const door = openDoor({
    cell: "eu",
    policies,
    clock: systemClock,
    database: cellDb.open("records"),
    consent: consentClient({ cell: "eu", url: consent.url, tokenFor: withScopes }),
  });
  const app = createRecordsApp(door, ownTables(policies), {
    verify: tokenVerifier({ issuer: issuer.issuer, audience: audienceOf("eu", "records"), cell: "eu" }),
    log: createLog("records", "silent"),
    readiness: () => "ok",
  });
  const server = await listen(app.listener);
  const sendTo =
    (base: string) =>
    async (bearer: string, method: string, path: string, body?: unknown): Promise<Answer> => {
      const response = await fetch(base + path, {
        method,
        headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    };
  return {
    door,
    url: server.url,
    issuer,
    consent,
    cellDb,
    token,
    send: sendTo(server.url),
    tell: sendTo(consent.url),
    addContact: (contact) => insertContact(cellDb, contact),
    async enrol() {
      const run = await door.database.transact((tx) => orderEnrolment(tx, door));
      await runEnrolment(door, run.id, createLog("records", "silent"));
      const [row] = await cellDb.sql`select found, enrolled, changed, unchanged, conflicts from records.enrolment_run where id = ${run.id}`;
      return z.object({ found: z.int(), enrolled: z.int(), changed: z.int(), unchanged: z.int(), conflicts: z.int() }).parse(row);
    },
    async subjectOf(key) {
      const [row] = await cellDb.sql`select subject from records.external_reference where key = ${key}`;
      return SubjectId.parse(row?.["subject"]);
    },
    close: server.close,
  };
}

async function insertContact(
  { sql }: CellDb,
  { key, country = "Germany", email = `${key}@example.com`, owner, birthYear, state, language }: Parameters<DoorService["addContact"]>[0],
): Promise<string> {
  const [account] =
    await sql`insert into crm.account (source, external_key, name, owner_staff) values ('test', ${`account-${key}`}, 'Household', ${owner ?? null}) returning id`;
  const [contact] = await sql`
    insert into crm.contact (source, external_key, account_id, given_name, family_name, email, country_as_given, birth_year, state, language)
    values ('test', ${key}, ${account?.["id"]}, 'Test', ${`Person ${key}`}, ${email}, ${country}, ${birthYear ?? null}, ${state ?? null}, ${language ?? null}) returning id`;
  const [order] = await sql`
    insert into crm.sales_order (source, number, kind, contact_id, ordered_at, country_as_given) values ('test', ${`order-${key}`}, 'order', ${contact?.["id"]}, now(), ${country}) returning id`;
  await sql`insert into crm.order_line (line_key, order_id, stock_code, description, quantity, unit_price, currency, invoiced_at) values (${`${Buffer.from(key).toString("hex").padEnd(32, "0").slice(0, 32)}-1`}, ${order?.["id"]}, 'S1', 'A lamp', 1, 9.5, 'EUR', now())`;
  await sql`insert into crm.invoice (contact_id, order_id, number, issued_on, due_on, amount_due, currency) values (${contact?.["id"]}, ${order?.["id"]}, ${`inv-${key}`}, current_date, current_date, 9.5, 'EUR')`;
  return key;
}
