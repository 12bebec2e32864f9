/** The CRM's command as a process of its own. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Cell } from "@behest/contracts/ids";

const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));

export type CliResult = { code: number | null; signal: NodeJS.Signals | null; output: string; errors: string[] };

/** `onProgress` gets each line of progress and may kill the process. */
export function runCli(
  args: readonly string[],
  databases: ReadonlyMap<Cell, string>,
  onProgress: (line: string, kill: () => void) => void = () => undefined,
): Promise<CliResult> {
  const env = {
    PATH: process.env["PATH"],
    ...Object.fromEntries([...databases].map(([cell, url]) => [`DATABASE_URL_${cell.toUpperCase()}`, url])),
  };
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  createInterface(child.stderr).on("line", (line) => {
    errors.push(line);
    onProgress(line, () => child.kill("SIGKILL"));
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, output, errors }));
  });
}
