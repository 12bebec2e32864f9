/** Repeats a call that may be repeated: bounded in number and time, with full jitter so that callers don't come back all at once. */
import { BehestError, type BehestErrorCode } from "./error.ts";

export type AttemptBounds = { timeoutMs: number; attemptTimeoutMs: number; retriesMax: number };

const worthAnotherTry: ReadonlySet<BehestErrorCode> = new Set([
  "timeout",
  "network",
  "unavailable",
  "too_many_requests",
  "token_unavailable",
]);
const firstPauseMs = 50;
const pauseMsMax = 1_000;

/** `once` gets the signal of its own attempt. Throws the last error when the bound is reached. */
export async function withAttempts<T>(bounds: AttemptBounds, repeatable: boolean, once: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const endsAtMs = performance.now() + bounds.timeoutMs;
  const attemptsMax = repeatable ? bounds.retriesMax + 1 : 1;
  for (let attempt = 1; ; attempt += 1) {
    const leftMs = Math.max(1, Math.floor(endsAtMs - performance.now()));
    try {
      return await once(AbortSignal.timeout(Math.min(bounds.attemptTimeoutMs, leftMs)));
    } catch (cause) {
      const error = asBehestError(cause);
      const pauseMs = pauseBefore(attempt, error);
      const again = attempt < attemptsMax && worthAnotherTry.has(error.code) && performance.now() + pauseMs < endsAtMs;
      if (!again) throw error;
      await new Promise((resume) => setTimeout(resume, pauseMs));
    }
  }
}

function pauseBefore(attempt: number, error: BehestError): number {
  const jitteredMs = Math.random() * Math.min(pauseMsMax, firstPauseMs * 2 ** attempt);
  return Math.max(jitteredMs, (error.facts.retryAfterSeconds ?? 0) * 1_000);
}

function asBehestError(cause: unknown): BehestError {
  if (cause instanceof BehestError) return cause;
  if (cause instanceof Error && (cause.name === "TimeoutError" || cause.name === "AbortError"))
    return new BehestError("timeout", {}, cause);
  return new BehestError("network", {}, cause);
}
