import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.ts";
import { endOrphans } from "./orphans.ts";
import { markOf } from "./process-mark.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "behest-lock-"));
  file = join(folder, "lock.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that runs until it is told to stop. */
async function startSleeper() {
  const sleeper = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await new Promise((resolve) => sleeper.once("spawn", resolve));
  const { pid } = sleeper;
  if (pid === undefined) throw new Error("no process");
  return { sleeper, pid, ended: new Promise((resolve) => sleeper.once("exit", resolve)) };
}

test("LOCAL-2 a second copy is refused while the first runs, and told its process", async () => {
  const { sleeper, pid, ended } = await startSleeper();
  writeFileSync(file, JSON.stringify({ owner: markOf(pid), children: [] }));
  expect(() => takeLock(file)).toThrow(`process ${pid}`);
  sleeper.kill();
  await ended;
  takeLock(file).release();
  expect(existsSync(file)).toBe(false);
});

test("LOCAL-2 a pid that by now belongs to another program holds no lock", async () => {
  const { sleeper, pid, ended } = await startSleeper();
  writeFileSync(file, JSON.stringify({ owner: { pid, command: "node infra/local/src/start.ts" }, children: [] }));
  takeLock(file).release();
  sleeper.kill();
  await ended;
});

test("LOCAL-2 what a killed copy left running is found and ended, and nothing else", async () => {
  const orphan = await startSleeper();
  const stranger = await startSleeper();
  const children = [markOf(orphan.pid), { pid: stranger.pid, command: "node services/consent/src/main.ts" }];
  writeFileSync(file, JSON.stringify({ owner: { pid: 2 ** 22 - 1, command: "node start.ts" }, children }));
  const lock = takeLock(file);
  expect(lock.orphans.map(({ pid }) => pid)).toEqual([orphan.pid]);
  await endOrphans(lock.orphans);
  await orphan.ended;
  expect(stranger.sleeper.exitCode).toBeNull();
  stranger.sleeper.kill();
  await stranger.ended;
});
