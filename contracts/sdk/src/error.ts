/** The one error that this package throws: a closed list of codes, so that a caller can tell apart what to do next. */
import type { ProblemCode, ProblemDocument, ProblemIssue } from "@behest/contracts/problem";

/**
 * What a service answered (`ProblemCode`), or why no usable answer came:
 * `timeout`: none within the bound · `network`: no connection · `reply_invalid`: an answer that the contract doesn't know ·
 * `token_unavailable`: the issuer gave no token.
 */
export type BehestErrorCode = ProblemCode | "timeout" | "network" | "reply_invalid" | "token_unavailable";

/** Facts beside the code. `cell` and `cellUrl` stand with `wrong_cell`: whom to ask, and where, if that cell is configured. */
export type BehestErrorFacts = {
  status?: number | undefined;
  next?: string | undefined;
  requestId?: string | undefined;
  issues?: readonly ProblemIssue[] | undefined;
  cell?: string | undefined;
  cellUrl?: string | undefined;
  retryAfterSeconds?: number | undefined;
};

/** Its message is the code alone: it may be logged, it never holds personal data. */
export class BehestError extends Error {
  readonly code: BehestErrorCode;
  readonly facts: BehestErrorFacts;

  constructor(code: BehestErrorCode, facts: BehestErrorFacts = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = "BehestError";
    this.code = code;
    this.facts = facts;
  }
}

export function errorFromProblem(
  problem: ProblemDocument,
  retryAfterSeconds: number | undefined,
  cellUrl: string | undefined,
): BehestError {
  return new BehestError(problem.code, {
    status: problem.status,
    next: problem.next,
    requestId: problem.requestId,
    issues: problem.issues,
    cell: problem.cell,
    cellUrl,
    retryAfterSeconds,
  });
}
