/** Waits until an address answers 200. */
import { setTimeout as pause } from "node:timers/promises";
import { StartFailure } from "./start-failure.ts";

const pollMs = 100;
const answerMsMax = 2_000;

/** @throws StartFailure after `secondsMax`, or as soon as `died` says so */
export async function waitReady(url: string, what: string, options: { secondsMax: number; stopping: () => boolean }): Promise<void> {
  const until = Date.now() + options.secondsMax * 1000;
  let last = "no answer";
  while (Date.now() < until) {
    if (options.stopping()) return;
    last = await ask(url);
    if (last === "ready") return;
    await pause(pollMs);
  }
  throw new StartFailure(`${what} is not ready after ${options.secondsMax} s (${last} at ${url})`);
}

async function ask(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) });
    return response.status === 200 ? "ready" : `status ${response.status}`;
  } catch (error) {
    return `no answer${causeOf(error)}`;
  }
}

/** Why not, in the words of what refused it: fetch itself says only that it failed. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? `, ${cause.message}` : "";
}
