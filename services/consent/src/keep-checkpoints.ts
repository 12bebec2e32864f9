/** Signs the ledger's heads every ten minutes and keeps them outside the database, so that history can't be rewritten unnoticed. */
import { type CellAudit, checkpointCell } from "@behest/runtime/audit-cell";
import type { Clock } from "@behest/runtime/clock";
import { startWorker } from "@behest/runtime/jobs-worker";
import type { Log } from "@behest/runtime/log";
import { startSchedules } from "@behest/runtime/schedule";

/** `url`: of the database, as the service's role. One replica writes for all. */
export async function keepCheckpoints(audit: CellAudit & { clock: Clock }, url: string, log: Log): Promise<{ stop(): Promise<void> }> {
  const tasks = { "write-checkpoint": async () => void (await checkpointCell(audit)) };
  const worker = await startWorker({ url, service: "consent", concurrency: 1, log, tasks });
  // Only the latest tick matters: a checkpoint says how things stand now.
  const schedules = [{ name: "ledger-checkpoint", cron: "*/10 * * * *", task: "write-checkpoint", catchUpMax: 1 }];
  const started = await startSchedules({ database: audit.database, schedules, clock: audit.clock, log }).catch(async (fault: unknown) => {
    await worker.stop();
    throw fault;
  });
  return {
    async stop() {
      await started.stop();
      await worker.stop();
    },
  };
}
