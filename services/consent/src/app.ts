/** One cell's consent service over HTTP: a line for each route. */
import {
  checkUses as checkUsesRoute,
  followUnsubscribeLink as followUnsubscribeLinkRoute,
  getReceipt as getReceiptRoute,
  getReceiptKeys as getReceiptKeysRoute,
  getUnsubscribeLink as getUnsubscribeLinkRoute,
  listChoices as listChoicesRoute,
  listLedgerEvents as listLedgerEventsRoute,
  recordConsent as recordConsentRoute,
  recordEvidence as recordEvidenceRoute,
  recordStop as recordStopRoute,
  reserveContact as reserveContactRoute,
} from "@behest/contracts/consent";
import {
  enrolSubjects as enrolSubjectsRoute,
  readChanges as readChangesRoute,
  readStates as readStatesRoute,
} from "@behest/contracts/consent-feed";
import { openapiOf } from "@behest/contracts/openapi";
import { type AppOptions, bind, bindPublic, createApp, type ServiceApp } from "@behest/runtime/http";
import { bindSubjectData } from "@behest/runtime/subject-data";
import type { ConsentCell } from "./cell.ts";
import { checkUses } from "./check-uses.ts";
import { enrolSubjects } from "./enrol-subjects.ts";
import { getReceipt } from "./get-receipt.ts";
import { listChoices } from "./list-choices.ts";
import { listLedgerEvents } from "./list-ledger-events.ts";
import { ownTables } from "./own-tables.ts";
import { readChanges } from "./read-changes.ts";
import { readStates } from "./read-states.ts";
import { recordConsent } from "./record-consent.ts";
import { recordEvidence } from "./record-evidence.ts";
import { recordStop } from "./record-stop.ts";
import { reserveContact } from "./reserve-contact.ts";
import { followUnsubscribeLink, getUnsubscribeLink } from "./unsubscribe.ts";

export function consentApp(consent: ConsentCell, options: Omit<AppOptions, "service" | "cell" | "clock" | "docs">): ServiceApp {
  const app = createApp({ ...options, service: "consent", cell: consent.cell, clock: consent.clock, docs: openapiOf("consent") });
  bind(app, checkUsesRoute, checkUses(consent));
  bind(app, listChoicesRoute, listChoices(consent));
  bind(app, recordConsentRoute, recordConsent(consent));
  bind(app, listLedgerEventsRoute, listLedgerEvents);
  bind(app, getReceiptRoute, getReceipt);
  bindPublic(app, getReceiptKeysRoute, async () => ({ status: 200, body: { keys: consent.receipts.keys.map((key) => ({ ...key })) } }));
  bind(app, recordEvidenceRoute, recordEvidence(consent));
  bind(app, recordStopRoute, recordStop(consent));
  bind(app, reserveContactRoute, reserveContact(consent));
  bind(app, getUnsubscribeLinkRoute, getUnsubscribeLink(consent));
  bind(app, followUnsubscribeLinkRoute, followUnsubscribeLink(consent));
  bind(app, enrolSubjectsRoute, enrolSubjects(consent));
  bind(app, readStatesRoute, readStates(consent));
  bind(app, readChangesRoute, readChanges);
  bindSubjectData(app, ownTables(consent.policies));
  return app;
}
