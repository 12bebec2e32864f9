import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { openStopLog } from "./stop-log.ts";
import { collect } from "./testing/collect.ts";

const child = new URL("./testing/stop-log-child.ts", import.meta.url).pathname;

/** Kills the writer after `acknowledged` ids; returns every id that it had printed. */
async function writeUntilKilled(directory: string, key: string, acknowledged: number): Promise<string[]> {
  const writer = spawn(process.execPath, [child, directory, key], { stdio: ["ignore", "pipe", "inherit"] });
  const ids: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    ids.push(line);
    if (ids.length === acknowledged) writer.kill("SIGKILL");
  }
  // A last line may be cut by the kill; only whole ids were told to anybody.
  return ids.filter((id) => id.length === 36);
}

test(
  "STOPLOG-1: after kill -9 in the middle of writes every acknowledged stop is there, once, and the log stays readable",
  { timeout: 60_000 },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "stops-"));
    const key = randomBytes(32).toString("base64url");
    const acknowledged: string[] = [];
    for (const count of [1, 57, 301, 900]) acknowledged.push(...(await writeUntilKilled(directory, key, count)));

    const log = openStopLog({ directory, cell: "eu", key, clock: systemClock });
    const found = (await collect(log.entries())).map((entry) => entry.id);
    expect(acknowledged.length).toBeGreaterThanOrEqual(1259);
    expect(new Set(found).size).toBe(found.length);
    expect(acknowledged.filter((id) => !found.includes(id))).toEqual([]);
    await rm(directory, { recursive: true });
  },
);
