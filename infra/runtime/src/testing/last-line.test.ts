import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const reporter = fileURLToPath(new URL("last-line.ts", import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

/** Runs vitest on one test file; returns its exit code and last line. */
function runOn(text: string, ...options: string[]): Promise<[number, string | undefined]> {
  const root = mkdtempSync(join(tmpdir(), "behest-lastline-"));
  writeFileSync(
    join(root, "vitest.config.mjs"),
    `export default { test: { globals: true, reporters: ["default", ${JSON.stringify(reporter)}] } }`,
  );
  writeFileSync(join(root, "one.test.js"), text);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [vitest, "run", "--root", root, ...options],
      { cwd: root, env: { ...process.env, NO_COLOR: "1" } },
      (error, stdout) => {
        rmSync(root, { recursive: true });
        resolve([typeof error?.code === "number" ? error.code : 0, stdout.trimEnd().split("\n").at(-1)]);
      },
    );
  });
}

test("RUNTIME-17: a run ends with its count as the last line, and fails when a test fails, a file can't be read, or nothing ran", async () => {
  const runs = await Promise.all([
    runOn("test('a', () => {}); test('b', () => {});"),
    runOn("test('a', () => {}); test('b', () => { throw new Error('no') });"),
    runOn("import './nowhere.js'; test('a', () => {});"),
    runOn("test('a', () => {});", "-t", "nosuch"),
    runOn("test('a', () => { setTimeout(() => { throw new Error('late') }) });"),
  ]);
  expect(runs).toEqual([
    [0, "2 passed, 0 failed"],
    [1, "1 passed, 1 failed"],
    [1, "0 passed, 1 failed"],
    [1, "0 passed, 0 failed"],
    [1, "1 passed, 1 failed"],
  ]);
}, 60_000);
