/** What the ledger does without being asked: signs its heads, so that history can't be rewritten unnoticed, and has people told what they decided. */
import { type CellAudit, checkpointCell } from "@behest/runtime/audit-cell";
import type { Clock } from "@behest/runtime/clock";
import { startWorker } from "@behest/runtime/jobs-worker";
import type { Log } from "@behest/runtime/log";
import { type OutboxHandler, outboxTask, outboxTaskName } from "@behest/runtime/outbox";
import { startOutboxRelay } from "@behest/runtime/outbox-relay";
import { startSchedules } from "@behest/runtime/schedule";
import { decisionTopic } from "./publish-decision.ts";

/** `url`: of the database, as the service's role. */
type Options = { audit: CellAudit & { clock: Clock }; url: string; tell: OutboxHandler; log: Log };

const service = "consent";
/** A records service that hangs holds back neither a checkpoint nor every other person's mail. */
const jobsAtOnceMax = 3;

/** Of several replicas one signs for all, every ten minutes, and one tells each decision. */
export async function startBackground({ audit, url, tell, log }: Options): Promise<{ stop(): Promise<void> }> {
  const { database, clock } = audit;
  const tasks = {
    "write-checkpoint": async () => void (await checkpointCell(audit)),
    [outboxTaskName]: outboxTask(database, { [decisionTopic]: tell }),
  };
  const worker = await startWorker({ url, service, concurrency: jobsAtOnceMax, log, tasks });
  // Only the latest tick matters: a checkpoint says how things stand now.
  const schedules = [{ name: "ledger-checkpoint", cron: "*/10 * * * *", task: "write-checkpoint", catchUpMax: 1 }];
  const started = await startSchedules({ database, schedules, clock, log }).catch(async (fault: unknown) => {
    await worker.stop();
    throw fault;
  });
  const relay = startOutboxRelay({ database, service, log });
  return {
    async stop() {
      await relay.stop();
      await started.stop();
      await worker.stop();
    },
  };
}
