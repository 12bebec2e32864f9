/** Runs a command of the workspace and waits for it; what it says goes to a log. */
import { type ChildOptions, logFileOf, startChild } from "./child.ts";
import { lastWords } from "./last-words.ts";
import { StartFailure } from "./start-failure.ts";

/** @throws StartFailure with its last lines when it did not exit with 0 */
export async function runToEnd(options: ChildOptions): Promise<void> {
  const child = await startChild(options);
  const how = await child.ended;
  if (how !== "exit code 0")
    throw new StartFailure(`${options.name} failed (${how}):\n${lastWords(logFileOf(options.logFolder, options.name))}`);
}
