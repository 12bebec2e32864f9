/** One process of the stack: its output goes to a file, its death is told, its end is waited for. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { StartFailure } from "./start-failure.ts";

export type Child = {
  name: string;
  pid: number;
  /** Resolves, never rejects, when the process has ended. */
  ended: Promise<string>;
  /** SIGTERM, and SIGKILL for one that does not go. */
  stop(): Promise<void>;
};

export type ChildOptions = {
  name: string;
  script: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  logFolder: string;
};

const stopSecondsMax = 10;

/** @throws StartFailure when the process can't even be made */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(options.logFolder, { recursive: true });
  const log = openSync(logFileOf(options.logFolder, options.name), "w", 0o600);
  try {
    // A group of its own: Ctrl-C in the terminal reaches start alone, which stops everything in order.
    const process_ = spawn(process.execPath, [options.script, ...options.args], {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", log, log],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      process_.once("spawn", resolve);
      process_.once("error", (error) => reject(new StartFailure(`${options.name} can't be started: ${error.message}`, error)));
    });
    return childOf(options.name, process_);
  } finally {
    closeSync(log);
  }
}

function childOf(name: string, running: ChildProcess): Child {
  const { pid } = running;
  if (pid === undefined) throw new StartFailure(`${name} can't be started`);
  const ended = new Promise<string>((resolve) => {
    running.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`));
  });
  return {
    name,
    pid,
    ended,
    stop: async () => {
      if (running.exitCode !== null || running.signalCode !== null) return;
      running.kill("SIGTERM");
      const timer = setTimeout(() => running.kill("SIGKILL"), stopSecondsMax * 1000);
      await ended;
      clearTimeout(timer);
    },
  };
}

export const logFileOf = (folder: string, name: string): string => join(folder, `${name}.log`);
