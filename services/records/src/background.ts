/** What the door does without being asked: enrols who is new in the CRM, and writes to people what they decided. */
import { type CellAudit, checkpointCell } from "@behest/runtime/audit-cell";
import type { Clock } from "@behest/runtime/clock";
import type { Log } from "@behest/runtime/log";
import { startWorker } from "@behest/runtime/jobs-worker";
import { outboxTask, outboxTaskName } from "@behest/runtime/outbox";
import { startOutboxRelay } from "@behest/runtime/outbox-relay";
import { startSchedules } from "@behest/runtime/schedule";
import type { Door } from "./door.ts";
import { mailNotices } from "./mail-notices.ts";
import type { Mailer } from "./mailer.ts";
import { noticeTopic } from "./notice-decision.ts";
import { runEnrolment } from "./run-enrolment.ts";
import { enrolOnTick } from "./start-enrolment.ts";

type Stoppable = { stop(): Promise<void> };
/** `url`: of the door's database. */
export type KeepOptions = { door: Door; url: string; audit: CellAudit & { clock: Clock }; log: Log };
export type MailOptions = { door: Door; url: string; mailer: Mailer; portalUrl: string; log: Log };

const service = "records";
const mailsAtOnceMax = 2;

/** One enrolment at a time, the next begins where the CRM has changed since; and the chains' heads are signed every ten minutes. */
export async function startEnrolling({ door, url, audit, log }: KeepOptions): Promise<Stoppable> {
  const tasks = {
    enrol: ({ run = "" }: { run?: string }) => runEnrolment(door, run, log),
    "enrol-tick": () => enrolOnTick(door),
    "write-checkpoint": async () => void (await checkpointCell(audit)),
  };
  const worker = await startWorker({ url, service, concurrency: 1, log, tasks });
  const schedules = [
    { name: "enrol", cron: "* * * * *", task: "enrol-tick", catchUpMax: 1 },
    { name: "access-checkpoint", cron: "*/10 * * * *", task: "write-checkpoint", catchUpMax: 1 },
  ];
  const started = await startSchedules({ database: door.database, clock: door.clock, log, schedules });
  return stopInOrder(started, worker);
}

/** With a worker of its own, so that no mail waits for a long enrolment. */
export async function startMailing({ door, url, mailer, portalUrl, log }: MailOptions): Promise<Stoppable> {
  const tasks = { [outboxTaskName]: outboxTask(door.database, { [noticeTopic]: mailNotices({ door, mailer, portalUrl, log }) }) };
  const worker = await startWorker({ url, service, concurrency: mailsAtOnceMax, log, tasks });
  const relay = startOutboxRelay({ database: door.database, service, log });
  return stopInOrder(relay, worker);
}

const stopInOrder = (...parts: Stoppable[]): Stoppable => ({
  async stop() {
    for (const part of parts) await part.stop();
  },
});
