/** `pnpm check`: everything that can be checked without running the product. All checks run even if one fails; one line each. */
import { resolve } from "node:path";
import { commandChecks, type CheckResult, runCommand } from "./check/commands.ts";
import { checkNumbers } from "./check/numbers.ts";

const root = resolve(import.meta.dirname, "../../..");
/** More at once only slow each other down on a small machine. */
const atOnce = 2;

const checks: Array<() => Promise<CheckResult>> = [
  ...commandChecks.map((check) => () => runCommand(root, check)),
  async () => checkNumbers(root),
];
const failed: CheckResult[] = [];
const queue = checks.values();
await Promise.all(Array.from({ length: atOnce }, work));
for (const { name, output } of failed) process.stdout.write(`\n${name}\n${output.trimEnd()}\n`);
process.stdout.write(failed.length === 0 ? "\nAll checks passed.\n" : `\nFailed: ${failed.map(({ name }) => name).join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** The workers draw from one queue, so each check runs once. */
async function work(): Promise<void> {
  for (const check of queue) {
    const result = await check();
    if (!result.passed) failed.push(result);
    process.stdout.write(`${result.passed ? "ok  " : "FAIL"}  ${result.name.padEnd(18)} ${(result.ms / 1000).toFixed(1).padStart(5)} s\n`);
  }
}
