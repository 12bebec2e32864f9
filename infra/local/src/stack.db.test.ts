/** The whole stack as a process, with its own PostgreSQL, services, demo data and end. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cells } from "@behest/contracts/ids";
import { openForServer, portOfRunning, stopEmbeddedPostgres } from "@behest/runtime/embedded-postgres";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clientToken } from "./access-token.ts";
import { addressesOf } from "./addresses.ts";
import { demandFreePorts } from "./free-ports.ts";
import { localFilesOf } from "./local-files.ts";
import { readStackFile } from "./stack-file.ts";
import { freePort } from "@behest/runtime/testing/free-port";

const startMsMax = 150_000;
const folder = mkdtempSync(join(tmpdir(), "behest-stack-"));
const files = localFilesOf(folder);
let portBase = 0;
beforeAll(async () => {
  openForServer(folder);
  portBase = (await freePort()) - 99;
});
afterAll(async () => {
  await stopEmbeddedPostgres(files.postgres);
  rmSync(folder, { recursive: true, force: true });
});

type Running = { process: ChildProcess; output: () => string; ended: Promise<number | null> };

function start(): Running {
  const child = spawn(process.execPath, [join(import.meta.dirname, "start.ts")], {
    env: { PATH: process.env["PATH"], BEHEST_LOCAL: folder, BEHEST_PORT_BASE: String(portBase) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (text += part.toString("utf8")));
  return { process: child, output: () => text, ended: new Promise((resolve) => child.once("close", resolve)) };
}

async function untilReady(running: Running): Promise<void> {
  const ended = running.ended.then((code) => Promise.reject(new Error(`start ended with ${code}:\n${running.output()}`)));
  await Promise.race([ended, vi.waitUntil(() => existsSync(files.stack), { timeout: startMsMax, interval: 100 })]);
}

async function expectNothingLeft(): Promise<void> {
  await demandFreePorts(addressesOf(portBase), [{ port: addressesOf(portBase).postgresPort, what: "PostgreSQL" }]);
  expect(portOfRunning(files.postgres)).toBeUndefined();
  for (const file of [files.stack, files.lock]) expect(existsSync(file)).toBe(false);
}

async function signIn(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select 1`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Marketing asks about a person, as README's curl does. */
async function askAboutAnna(): Promise<unknown> {
  const stack = readStackFile(files.stack);
  const anna = stack?.people.find((person) => person.subject !== null && person.cell === "eu");
  const client = stack?.clients["marketing"];
  if (!stack || !anna || !client) throw new Error("stack.json names neither Anna nor marketing");
  const token = await clientToken({ issuer: stack.cells.eu.issuer, ...client }, "eu", "consent");
  const body = JSON.stringify({ checks: [{ subject: anna.subject, purpose: "marketing-email", channel: "email", usedIn: "DE" }] });
  const reply = await fetch(`${stack.cells.eu.consent}/v1/checks`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body,
  });
  return reply.json();
}

test(
  "LOCAL-12 a first start fills everything in and tells tools; Ctrl-C stops all of it; a second start keeps the people's ids",
  { timeout: 2 * startMsMax },
  async () => {
    const first = start();
    await untilReady(first);
    const stack = readStackFile(files.stack);
    expect(Object.keys(stack?.cells ?? {})).toEqual([...cells]);
    for (const person of stack?.people ?? [])
      expect(person.staffId === null ? person.subject?.slice(0, 2) : person.staffId).toBe(person.staffId ?? person.cell);
    // What tools are given for an import is the CRM's own role.
    expect(cells.map((cell) => new URL(stack?.crmDatabases[cell] ?? "").username)).toEqual(cells.map((cell) => `behest_${cell}_crm`));
    for (const database of ["postgres", "template1", "behest_uk"])
      await expect(signIn(Object.assign(new URL(stack?.crmDatabases.eu ?? ""), { pathname: `/${database}` }).href)).rejects.toThrow(
        /permission denied for database/,
      );
    expect(await askAboutAnna()).toMatchObject({
      decisions: [{ allowed: false, reasons: [{ code: "consent_not_recorded", purpose: "marketing-email" }] }],
    });
    expect(first.output()).toContain("Behest is ready");
    first.process.kill("SIGINT");
    expect(await first.ended).toBe(0);
    await expectNothingLeft();

    const second = start();
    await untilReady(second);
    expect(readStackFile(files.stack)?.people).toEqual(stack?.people);
    // A process of the stack dies: it is named, and the rest is stopped.
    const { children } = JSON.parse(readFileSync(files.lock, "utf8"));
    const portal = children.find((child: { command: string }) => child.command.includes("services/portal"));
    process.kill(portal.pid, "SIGKILL");
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain("portal has ended by itself (signal SIGKILL)");
    await expectNothingLeft();
  },
);
