/** Every problem a service answers (RFC 9457), as one closed list with the reader's next step. */
import { z } from "zod";

type ProblemKind = { status: number; title: string; next: string };

export const problemKinds = {
  malformed: { status: 400, title: "The request is not as the contract says", next: "Correct every entry of `issues` and send it again." },
  unauthenticated: { status: 401, title: "No valid access token", next: "Get a token for this service from this cell's issuer." },
  forbidden: { status: 403, title: "The token does not allow this", next: "Ask an administrator for the scope or the purpose." },
  purpose_not_granted: {
    status: 403,
    title: "This caller may not claim that purpose",
    next: "Have the purpose granted to the caller in policies/callers.",
  },
  not_found: { status: 404, title: "Nothing is here", next: "Check the address." },
  subject_unknown: { status: 404, title: "No such person here, or not for this caller", next: "Check the id." },
  method_not_allowed: { status: 405, title: "The address does not know this method", next: "See the contract for its methods." },
  conflict: { status: 409, title: "The state has changed meanwhile", next: "Read the current state and decide again." },
  idempotency_key_reused: {
    status: 409,
    title: "That idempotency key was used for another request",
    next: "Use a new key for a new request.",
  },
  notice_outdated: { status: 409, title: "The notice has changed since it was shown", next: "Show the current notice and ask again." },
  body_too_large: { status: 413, title: "The body is over the limit", next: "Send it in smaller parts." },
  unsupported_media_type: { status: 415, title: "The body must be application/json", next: "Send JSON with its content type." },
  wrong_cell: { status: 421, title: "The data of this person lives in another cell", next: "Ask the cell named in `cell`." },
  too_many_requests: { status: 429, title: "Too many requests", next: "Wait as long as Retry-After says." },
  internal: { status: 500, title: "A fault on our side", next: "Try again; report the request id if it stays." },
  unavailable: {
    status: 503,
    title: "The service can't answer right now",
    next: "Try again after Retry-After; what may be retried is idempotent.",
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;
const codes = Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]];
export const ProblemCode = z.enum(codes).meta({ id: "ProblemCode" });

/** One fault of a request: `pointer` is a JSON pointer below body, query, path or header. */
export const ProblemIssue = z
  .strictObject({ in: z.enum(["body", "query", "path", "header"]), pointer: z.string(), message: z.string() })
  .meta({ id: "ProblemIssue" });
export type ProblemIssue = z.infer<typeof ProblemIssue>;

export const ProblemDocument = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: ProblemCode,
    detail: z.string().optional(),
    next: z.string(),
    requestId: z.string().optional(),
    issues: z.array(ProblemIssue).optional(),
    cell: z.string().optional(),
  })
  .meta({ id: "Problem" });
export type ProblemDocument = z.infer<typeof ProblemDocument>;

export type ProblemDetails = {
  detail?: string;
  issues?: readonly ProblemIssue[];
  cell?: string;
  retryAfterSeconds?: number;
  /** What the operation wrote before it threw is committed, such as the trace of a refused attempt; otherwise it is undone. */
  keepsTrace?: true;
};

/**
 * Thrown when the caller can do something about it. `detail` is public: it never holds personal data.
 * What only the log may know goes in `cause`.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = "Problem";
    this.code = code;
    this.status = problemKinds[code].status;
    this.details = details;
  }

  document(requestId?: string): ProblemDocument {
    const kind = problemKinds[this.code];
    return {
      type: `urn:behest:problem:${this.code}`,
      title: kind.title,
      status: kind.status,
      code: this.code,
      next: kind.next,
      ...(this.details.detail === undefined ? {} : { detail: this.details.detail }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(this.details.issues === undefined ? {} : { issues: [...this.details.issues] }),
      ...(this.details.cell === undefined ? {} : { cell: this.details.cell }),
    };
  }
}
