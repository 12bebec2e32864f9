/** Ends what a killed copy of the stack left running. Each is known by pid and command line, so nobody else's process is touched. */
import { setTimeout as pause } from "node:timers/promises";
import { type ProcessMark, isRunning } from "./process-mark.ts";

const politeSeconds = 5;

export async function endOrphans(orphans: readonly ProcessMark[]): Promise<void> {
  for (const orphan of orphans) signal(orphan, "SIGTERM");
  const until = Date.now() + politeSeconds * 1000;
  while (orphans.some(isRunning) && Date.now() < until) await pause(50);
  for (const orphan of orphans) signal(orphan, "SIGKILL");
}

function signal(orphan: ProcessMark, name: "SIGTERM" | "SIGKILL"): void {
  if (!isRunning(orphan)) return;
  try {
    process.kill(orphan.pid, name);
  } catch {
    // It went by itself in between, or belongs to another user: then its port is still taken, and that is said.
  }
}
