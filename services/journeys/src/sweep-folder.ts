/** `sweep-folder <pid> <folder>`: removes the folder once the process has ended. For a run that was interrupted and can't wait for its stack. */
import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const secondsMax = 60;
const [pid = "", folder = ""] = process.argv.slice(2);

const end = performance.now() + secondsMax * 1_000;
while (isThere(Number(pid)) && performance.now() < end) await wait(200);
rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });

function isThere(one: number): boolean {
  try {
    return process.kill(one, 0);
  } catch {
    return false;
  }
}
