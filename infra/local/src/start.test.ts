import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { markOf } from "./process-mark.ts";
import { freePort } from "@behest/runtime/testing/free-port";

// Real processes and password hashes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "behest-start-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script of this package to its end. */
function run(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    env: { PATH: process.env["PATH"], BEHEST_LOCAL: folder, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (part: Buffer) => (text += part.toString("utf8")));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, lines: text.trimEnd().split("\n") })));
}

test("LOCAL-1 start refuses a mistyped variable in one line and has touched nothing", async () => {
  const { code, lines } = await run("start.ts", [], { BEHEST_PROT_BASE: "5100" });
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining("BEHEST_PROT_BASE is not known")]);
  expect(existsSync(join(folder, "secrets.json"))).toBe(false);
});

test("LOCAL-1 start refuses a busy port in one line, starts nothing and leaves no lock", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { code, lines } = await run("start.ts", [], { BEHEST_PORT_BASE: String(port - 91) });
  await new Promise((resolve) => other.close(resolve));
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining(`${port} (mailbox SMTP)`)]);
  expect(existsSync(join(folder, "lock.json"))).toBe(false);
  expect(existsSync(join(folder, "postgres"))).toBe(false);
});

test("LOCAL-2 start refuses to run twice in one line, also with --fresh, and deletes nothing", async () => {
  // This very process stands in for the copy that runs.
  writeFileSync(join(folder, "lock.json"), JSON.stringify({ owner: markOf(process.pid), children: [] }));
  writeFileSync(join(folder, "demo.json"), "{}");
  const { code, lines } = await run("start.ts", ["--fresh"], {});
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining(`already runs from this folder (process ${process.pid})`)]);
  expect(existsSync(join(folder, "demo.json"))).toBe(true);
});

test("LOCAL-1 token says in one line that nothing runs", async () => {
  const { code, lines } = await run("token.ts", ["marketing", "consent"], {});
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining("start it with pnpm start")]);
});
