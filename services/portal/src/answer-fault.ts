/** Whatever went wrong behind a page, as a page. The reason stays in the log. */
import { Problem } from "@behest/contracts/problem";
import { BehestError } from "@behest/sdk/error";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { cookies } from "./cookies.ts";
import { FormRefused } from "./form.ts";
import { problemPage, type ProblemName } from "./pages/problem.ts";
import type { Portal } from "./portal.ts";
import { PageProblem } from "./page-problem.ts";
import { frameOf } from "./visit.ts";

const statusOf: Record<ProblemName, ContentfulStatusCode> = {
  not_found: 404,
  forbidden: 403,
  form_expired: 403,
  sign_in_failed: 400,
  not_linked: 404,
  link_unknown: 404,
  unavailable: 503,
  internal: 500,
};

export function answerFault(portal: Portal, error: unknown, c: Context): Response | Promise<Response> {
  if (error instanceof BehestError && error.code === "unauthenticated") return signInAgain(portal, c);
  const name = nameOf(error);
  const requestId = c.res.headers.get("x-request-id") ?? c.get("requestId") ?? "";
  if (name === "internal") portal.log.error({ requestId, err: error }, "page failed");
  else if (name === "unavailable")
    portal.log.warn({ requestId, code: error instanceof BehestError ? error.code : "unavailable" }, "page could not be served");
  if (name === "sign_in_failed") portal.log.info({ requestId, code: codeOf(error) }, "sign-in failed");
  if (name === "unavailable") c.header("retry-after", "5");
  return c.html(problemPage(frameOf(c, portal, undefined).frame, name, requestId), statusOf[name]);
}

/** The provider gives no more tokens for this session. */
function signInAgain(portal: Portal, c: Context): Response {
  cookies(portal).clear(c, "session");
  const to = c.req.method === "GET" ? new URL(c.req.url).pathname : "/";
  return c.redirect(`/sign-in?to=${encodeURIComponent(to)}`, 303);
}

function nameOf(error: unknown): ProblemName {
  if (error instanceof PageProblem) return error.problem;
  if (error instanceof FormRefused) return "form_expired";
  if (error instanceof BehestError) return ofBehest(error);
  if (error instanceof Problem && error.code === "unavailable") return "unavailable";
  if (error instanceof HTTPException && error.status === 413) return "form_expired";
  return "internal";
}

/** What the OpenID library calls it; its message may hold what the provider sent. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "not_pending";
}

function ofBehest({ code }: BehestError): ProblemName {
  switch (code) {
    case "not_found":
      return "not_found";
    case "forbidden":
    case "purpose_not_granted":
      return "forbidden";
    case "subject_unknown":
    case "wrong_cell":
      return "not_linked";
    case "timeout":
    case "network":
    case "unavailable":
    case "too_many_requests":
    case "token_unavailable":
      return "unavailable";
    default:
      return "internal";
  }
}
