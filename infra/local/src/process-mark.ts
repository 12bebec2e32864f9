/** A process as pid and command line: a pid alone may by now be somebody else's. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export type ProcessMark = { pid: number; command: string };

export const markOf = (pid: number): ProcessMark => ({ pid, command: commandOf(pid) });

/** Does the very process that was marked still run? */
export function isRunning(mark: ProcessMark): boolean {
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return commandOf(mark.pid) === mark.command;
}

/** Linux answers from /proc (slim images have no ps); elsewhere ps does. Empty when nothing can be learnt. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return commandByPs(pid);
  }
}

function commandByPs(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
