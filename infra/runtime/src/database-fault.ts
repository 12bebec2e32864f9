/** What kind of fault came from the database: try again, not reachable, or ours. */
import { Problem } from "@behest/contracts/problem";

const causeDepthMax = 5;
const retryAfterSeconds = 2;

/** serialization_failure and deadlock_detected: the whole transaction may be run again. */
const retryable = new Set(["40001", "40P01"]);

/** A lost connection, and PostgreSQL's classes 08 (connection), 53 (resources), 57P (operator), and its time-outs. */
const gone = /^(CONNECTION_LOST|08...|53...|57P0[1-5]|57014|55P03|25P03)$/;

export const isRetryable = (error: unknown): boolean => codesOf(error).some((code) => retryable.has(code));

/** Problem `unavailable` for a database that can't be reached, is overloaded or shuts down; undefined for anything else. */
export function connectionFault(error: unknown): Problem | undefined {
  if (error instanceof Problem) return undefined;
  const isGone = codesOf(error).some((code) => gone.test(code) || retryable.has(code));
  return isGone ? new Problem("unavailable", { retryAfterSeconds }, error) : undefined;
}

/** A failing statement hides its code in `cause` (drizzle wraps it), a failing commit does not. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== "object" || error === null || depth > causeDepthMax) return [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  return "cause" in error ? [...own, ...codesOf(error.cause, depth + 1)] : own;
}
