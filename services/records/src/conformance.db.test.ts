import { SubjectId } from "@behest/contracts/ids";
import { loadPolicies } from "@behest/policies/load";
import { tokenVerifier } from "@behest/runtime/actor";
import { systemClock } from "@behest/runtime/clock";
import { createLog } from "@behest/runtime/log";
import { conformance } from "@behest/runtime/testing/conformance";
import type { CellDb } from "@behest/runtime/testing/database";
import { createRecordsApp } from "./app.ts";
import { consentClient } from "./consent-client.ts";
import { openDoor } from "./open-door.ts";
import { ownTables } from "./own-tables.ts";

const policies = loadPolicies();
const subject = SubjectId.parse(`eu_${"0197c3b1".repeat(4)}`);
const nobody = SubjectId.parse(`eu_${"0197c3b2".repeat(4)}`);
/** A sales person who answers for nobody. */
const peer = { clientId: "sales-desk", staffId: "sara.sales", roles: ["sales"] };

async function somebodyElses({ sql }: CellDb): Promise<void> {
  if ((await sql`select 1 from records.subject`).length > 0) return;
  const [contact] = await sql`insert into crm.contact (source, external_key) values ('shop', 'one') returning id`;
  await sql`insert into records.subject (id, source, person_key, countries, conflict, digest, enrolled_at, changed_at) values (${subject}, 'crm', ${contact?.["id"]}, '{DE}', false, '\\x00', now(), now())`;
  await sql`insert into records.external_reference (source, key, subject) values ('shop', 'one', ${subject})`;
}

conformance({
  service: "records",
  start: async ({ cellDb, issuer }) => {
    // Nothing listens there: no route may depend on consent in order to refuse.
    const consent = consentClient({ cell: "eu", url: "http://127.0.0.1:1", tokenFor: async () => "none" });
    const door = openDoor({ cell: "eu", policies, clock: systemClock, database: cellDb.open("records"), consent });
    const verify = tokenVerifier({ issuer, audience: "urn:behest:eu:records", cell: "eu" });
    return { app: createRecordsApp(door, ownTables(policies), { verify, log: createLog("records", "silent"), readiness: () => "ok" }) };
  },
  hidden: {
    readSubject: async (cellDb) => {
      await somebodyElses(cellDb);
      return { caller: peer, existing: { subject, purpose: "service-support" }, unknown: { subject: nobody, purpose: "service-support" } };
    },
    findSubject: async (cellDb) => {
      await somebodyElses(cellDb);
      return { caller: peer, existing: { source: "shop", key: "one" }, unknown: { source: "shop", key: "two" } };
    },
  },
});
