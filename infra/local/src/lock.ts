/** One copy of the stack a folder. The lock names the process and its children, so that a copy that was killed can be tidied up after. */
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { readPrivateJson, writePrivateJson } from "./local-files.ts";
import { type ProcessMark, isRunning, markOf } from "./process-mark.ts";
import { StartFailure } from "./start-failure.ts";

const Mark = z.strictObject({ pid: z.int().positive(), command: z.string() });
const Lock = z.strictObject({ owner: Mark, children: z.array(Mark) });

export type HeldLock = {
  /** Children that a killed copy left behind, still running. */
  orphans: ProcessMark[];
  /** Remembers a child, for the case that this process is killed before it can stop it. */
  add(pid: number): void;
  release(): void;
};

/** @throws StartFailure when another copy runs */
export function takeLock(file: string): HeldLock {
  mkdirSync(dirname(file), { recursive: true });
  const old = lockIn(file);
  if (old && old.owner.pid !== process.pid && isRunning(old.owner))
    throw new StartFailure(
      `Behest already runs from this folder (process ${old.owner.pid}): use that copy, or stop it with Ctrl-C or kill ${old.owner.pid}`,
    );
  const guard = `${file}.taking`;
  createExclusively(guard);
  const children: ProcessMark[] = [];
  const write = (): void => writePrivateJson(file, { owner: markOf(process.pid), children });
  try {
    write();
  } finally {
    rmSync(guard, { force: true });
  }
  return {
    orphans: old?.children.filter(isRunning) ?? [],
    add: (pid) => {
      children.push(markOf(pid));
      write();
    },
    release: () => rmSync(file, { force: true }),
  };
}

function lockIn(file: string): z.infer<typeof Lock> | undefined {
  try {
    return readPrivateJson(file, Lock);
  } catch {
    // Half a lock is a copy that died while it wrote: nobody holds it.
    return undefined;
  }
}

/** Two copies started in the same instant: the file system lets one of them through. */
function createExclusively(guard: string): void {
  try {
    closeSync(openSync(guard, "wx", 0o600));
  } catch (error) {
    if (existsSync(guard)) throw new StartFailure(`another copy of Behest is just starting (if none is, delete ${guard})`, error);
    throw error;
  }
}
