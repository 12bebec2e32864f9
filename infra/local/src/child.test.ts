import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { logFileOf, startChild } from "./child.ts";
import { lastWords } from "./last-words.ts";
import { runToEnd } from "./run-to-end.ts";
import { stopScope } from "./stop-scope.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "behest-child-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function optionsFor(source: string) {
  const script = join(folder, "script.mjs");
  writeFileSync(script, source);
  return { name: "script", script, args: [], env: {}, cwd: folder, logFolder: join(folder, "log") };
}

test("LOCAL-2 a child is stopped by SIGTERM and its end is waited for", async () => {
  const child = await startChild(
    optionsFor("process.once('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('up');"),
  );
  await expect.poll(() => lastWords(logFileOf(join(folder, "log"), "script"))).toContain("up");
  await child.stop();
  expect(await child.ended).toBe("exit code 0");
});

test("LOCAL-2 a command that fails is told with its exit code and its last words", async () => {
  await expect(runToEnd(optionsFor("console.error('no such mapping'); process.exit(3);"))).rejects.toThrow(
    /exit code 3[^]*no such mapping/,
  );
});

test("LOCAL-2 what was started last is stopped first, each is tried, and what comes too late is stopped at once", async () => {
  const stopped: string[] = [];
  const scope = stopScope();
  await scope.add(() => void stopped.push("database"));
  await scope.add(() => Promise.reject(new Error("stuck")));
  await scope.add(() => void stopped.push("service"));
  await scope.stop();
  await scope.add(() => void stopped.push("late"));
  expect(stopped).toEqual(["service", "database", "late"]);
  expect(scope.stopping).toBe(true);
});

test("LOCAL-2 a service's last words are told as text, with what its fault says line by line", () => {
  const file = join(folder, "consent.log");
  writeFileSync(
    file,
    `Error: plain\n${JSON.stringify({ level: "fatal", time: "…", err: { message: "1 fault in the policies\ndata-map/crm.yaml:84: not mapped" } })}\n`,
  );
  expect(lastWords(file)).toBe("    Error: plain\n    fatal: 1 fault in the policies\n    data-map/crm.yaml:84: not mapped");
});
