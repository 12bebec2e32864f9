/** One local stack for all journeys: the same `start` that a newcomer runs, on ports and a folder of its own. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the running stack: stack.json, logs, data. */
    stackFolder: string;
  }
}

const root = resolve(import.meta.dirname, "../../..");
const sweeper = join(import.meta.dirname, "sweep-folder.ts");
/** Ports from its base on that a stack may use. */
const portSpan = 100;
const portBases = { first: 21_000, count: 110 };
const readySecondsMax = 180;
const stopSecondsMax = 60;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "behest-journeys-"));
  const base = await freePortBase();
  // A group of its own: Ctrl-C reaches the stack through us alone, and what will not stop can be ended whole.
  const child = spawn(process.execPath, [join(root, "infra/local/src/start.ts")], {
    cwd: root,
    env: { ...plainEnv(), BEHEST_LOCAL: folder, BEHEST_PORT_BASE: String(base) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const leave = () => {
    child.kill("SIGTERM");
    // Interrupted: nobody here can wait until it has stopped.
    spawn(process.execPath, [sweeper, String(child.pid), folder], { detached: true, stdio: "ignore" });
  };
  process.once("exit", leave);
  const stop = async () => {
    process.off("exit", leave);
    child.kill("SIGTERM");
    if (!(await within(stopSecondsMax, ended))) endGroup(child.pid);
    // What a stopping process still writes must not turn a passed run into a failed one.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    await ready(child, ended);
  } catch (fault) {
    await stop();
    throw fault;
  }
  project.provide("stackFolder", folder);
  return stop;
}

/** Resolves when the stack says so; rejects with what it wrote when it ends before, or takes too long. */
async function ready(child: ChildProcessByStdio<null, Readable, Readable>, ended: Promise<void>): Promise<void> {
  let words = "";
  const said = new Promise<void>((done) => {
    const hear = (chunk: Buffer) => {
      words += chunk.toString();
      if (words.includes("Ctrl-C")) done();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
  });
  const outcome = await Promise.race([said.then(() => "ready"), ended.then(() => "ended"), within(readySecondsMax, ended)]);
  if (outcome !== "ready")
    throw new Error(`the stack ${outcome === "ended" ? "ended before it was ready" : "took too long to start"}:\n${words}`);
}

/** Did it happen in time? */
async function within(secondsMax: number, event: Promise<void>): Promise<boolean> {
  const giveUp = new AbortController();
  const late = wait(secondsMax * 1_000, false, { signal: giveUp.signal, ref: false }).catch(() => false);
  const happened = await Promise.race([event.then(() => true), late]);
  giveUp.abort();
  return happened;
}

/** The database is in no group of ours: it stops by itself once its folder is gone. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It went by itself in between.
  }
}

/** Vitest's own variables would be told to every service. */
function plainEnv(): NodeJS.ProcessEnv {
  const foreign = (name: string) => name.startsWith("VITEST") || name === "NODE_ENV" || name === "BEHEST_TEST_DATABASE_URL";
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign(name)));
}

/** A base above which the whole span is free. The search begins elsewhere in each run, so that two that start at once don't meet. */
async function freePortBase(): Promise<number> {
  for (let tried = 0; tried < portBases.count; tried += 1) {
    const base = portBases.first + ((process.pid + tried) % portBases.count) * portSpan;
    const free = await Promise.all(Array.from({ length: portSpan }, (_, offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`no ${portSpan} free ports in a row`);
}
const isFree = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const server = createServer().once("error", () => answer(false));
    server.listen(port, "127.0.0.1", () => server.close(() => answer(true)));
  });
