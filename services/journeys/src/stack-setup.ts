/** One local stack for all journeys: the same `start` that a newcomer runs, on ports and a folder of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the running stack: stack.json, logs, data. */
    stackFolder: string;
  }
}

const root = resolve(import.meta.dirname, "../../..");
const portSpan = 110;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "behest-journeys-"));
  const lines: string[] = [];
  const env = { ...process.env, BEHEST_LOCAL: folder, BEHEST_PORT_BASE: String(await freePortBase()) };
  // Vitest's own variables would be told to every service.
  for (const name of Object.keys(env))
    if (name.startsWith("VITEST") || name === "NODE_ENV" || name === "BEHEST_TEST_DATABASE_URL") Reflect.deleteProperty(env, name);
  const child = spawn(process.execPath, [join(root, "infra/local/src/start.ts")], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  const ready = new Promise<void>((done, fail) => {
    const hear = (chunk: Buffer) => {
      lines.push(chunk.toString());
      if (lines.join("").includes("Ctrl-C")) done();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void ended.then(() => fail(new Error(`the stack ended before it was ready:\n${lines.join("")}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", () => child.kill("SIGTERM"));
  try {
    await ready;
  } catch (fault) {
    await stop();
    throw fault;
  }
  project.provide("stackFolder", folder);
  return stop;
}

/** A base above which enough ports are free, as far as a probe of the first can tell; `start` names any other that is not. */
async function freePortBase(): Promise<number> {
  for (let base = 21_000; base < 40_000; base += portSpan) if (await isFree(base)) return base;
  throw new Error("no free ports");
}
const isFree = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const server = createServer().once("error", () => answer(false));
    server.listen(port, "127.0.0.1", () => server.close(() => answer(true)));
  });
