/** The door's routes, one line each. Knows one cell and no other. */
import { noticeDecision as noticeDecisionRoute } from "@behest/contracts/decision-notice";
import { openapiOf } from "@behest/contracts/openapi";
import * as contract from "@behest/contracts/records";
import { bind, createApp, type AppOptions, type ServiceApp } from "@behest/runtime/http";
import { bindSubjectData } from "@behest/runtime/subject-data";
import type { SubjectDataMap } from "@behest/runtime/subject-data-map";
import type { Door } from "./door.ts";
import { findSubject } from "./find-subject.ts";
import { listAccesses } from "./list-accesses.ts";
import { listConflicts } from "./list-conflicts.ts";
import { listPortfolio } from "./list-portfolio.ts";
import { listStored } from "./list-stored.ts";
import { listTransfers } from "./list-transfers.ts";
import { listUnmapped } from "./list-unmapped.ts";
import { noticeDecision } from "./notice-decision.ts";
import { readSubject } from "./read-subject.ts";
import { getEnrolment, startEnrolment } from "./start-enrolment.ts";

export function createRecordsApp(
  door: Door,
  ownTables: SubjectDataMap,
  options: Omit<AppOptions, "service" | "docs" | "cell" | "database" | "clock">,
): ServiceApp {
  const app = createApp({
    ...options,
    service: "records",
    cell: door.cell,
    database: door.database,
    clock: door.clock,
    docs: openapiOf("records"),
  });
  bind(app, contract.readSubject, async (tx, actor, input) => ({ status: 200, body: await readSubject(door)(tx, actor, input) }));
  bind(app, contract.findSubject, async (tx, actor, input) => ({ status: 200, body: await findSubject(door)(tx, actor, input) }));
  bind(app, contract.listPortfolio, async (tx, actor, input) => ({ status: 200, body: await listPortfolio(door)(tx, actor, input) }));
  bind(app, contract.listStored, async (tx, actor, input) => ({ status: 200, body: await listStored(door)(tx, actor, input) }));
  bind(app, contract.listAccesses, async (tx, actor, input) => ({ status: 200, body: await listAccesses(door)(tx, actor, input) }));
  bind(app, contract.startEnrolment, async (tx, actor, input) => ({ status: 202, body: await startEnrolment(door)(tx, actor, input) }));
  bind(app, contract.getEnrolment, async (tx, actor, input) => ({ status: 200, body: await getEnrolment(tx, actor, input) }));
  bind(app, contract.listConflicts, async (tx, actor, input) => ({ status: 200, body: await listConflicts(door)(tx, actor, input) }));
  bind(app, contract.listUnmapped, async (tx, actor) => ({ status: 200, body: await listUnmapped(door)(tx, actor) }));
  bind(app, contract.listTransfers, async (tx, actor, input) => ({ status: 200, body: await listTransfers(tx, actor, input) }));
  bind(app, noticeDecisionRoute, async (tx, actor, input) => ({ status: 202, body: await noticeDecision(tx, actor, input) }));
  bindSubjectData(app, ownTables);
  return app;
}
