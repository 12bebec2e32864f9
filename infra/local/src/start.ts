/** `pnpm start [--fresh]`: the whole of Behest on this machine, until Ctrl-C. */
import { resolve } from "node:path";
import { localFilesOf } from "./local-files.ts";
import { readSettings } from "./settings.ts";
import { startStack } from "./stack.ts";
import { StartFailure } from "./start-failure.ts";
import { stopScope } from "./stop-scope.ts";
import { pnpmOf, summaryOf } from "./summary.ts";

const begun = performance.now();
const scope = stopScope();
// A reader that has gone away (`pnpm start | head`) must not keep the stack from being stopped in order.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0, "\nStopping…"));
process.once("uncaughtException", (error) => void end(1, wordsOf(error)));

try {
  const settings = readSettings(resolve(import.meta.dirname, "../../.."), process.argv.slice(2), process.env);
  const files = localFilesOf(settings.folder);
  process.stdout.write("Starting Behest…\n");
  const stack = await startStack({ settings, scope, say, onDeath: (reason) => void end(1, reason.message) });
  if (!scope.stopping) {
    const seconds = (performance.now() - begun) / 1000;
    process.stdout.write(
      summaryOf({
        stack,
        seconds,
        stackFile: files.stack,
        dataFolder: settings.dataFolder,
        postgresFolder: files.postgres,
        pnpm: pnpmOf(process.env),
      }),
    );
  }
} catch (error) {
  if (!scope.stopping) await end(1, wordsOf(error));
}

function say(step: string, ms: number): void {
  if (!scope.stopping) process.stdout.write(`  ${step.padEnd(22)} ${(ms / 1000).toFixed(1)} s\n`);
}

/** Only the first reason is told: the others follow from it. */
async function end(code: number, words: string): Promise<void> {
  if (scope.stopping) return;
  (code === 0 ? process.stdout : process.stderr).write(`${words}\n`);
  await scope.stop();
  process.exit(code);
}

/** What the reader can do something about is told as it is; anything else is a bug and shows where. */
function wordsOf(error: unknown): string {
  if (error instanceof StartFailure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : "unknown fault";
}
