/** Whatever was thrown, as the answer that the caller may read; the rest goes to the log. */
import { Problem } from "@behest/contracts/problem";
import type { Log } from "../log.ts";

type Circumstances = { requestId: string; log: Log; tokenGiven: boolean };

/** application/problem+json (RFC 9457). A fault that is no Problem is a bug: 500 without detail, and a line in the log. */
export function answerProblem(error: unknown, { requestId, log, tokenGiven }: Circumstances): Response {
  const problem = error instanceof Problem ? error : new Problem("internal", {}, error);
  if (problem.code === "internal") log.error({ requestId, err: problem.cause ?? problem }, "request failed");
  else if (problem.status >= 500) log.warn({ requestId, code: problem.code, err: problem.cause }, "request could not be served");
  return new Response(JSON.stringify(problem.document(requestId)), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", ...headersOf(problem, tokenGiven) },
  });
}

function headersOf(problem: Problem, tokenGiven: boolean): Record<string, string> {
  const { retryAfterSeconds } = problem.details;
  return {
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    // RFC 6750 § 3.1: no error code when the request carried no credentials at all.
    ...(problem.code === "unauthenticated" ? { "www-authenticate": tokenGiven ? 'Bearer error="invalid_token"' : "Bearer" } : {}),
    // The rest of that body won't be read, so the connection can't be used again.
    ...(problem.code === "body_too_large" ? { connection: "close" } : {}),
  };
}
