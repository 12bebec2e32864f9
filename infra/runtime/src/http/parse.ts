/** A request against its route's schemas: every fault of path, query, headers and body together. */
import { Problem, type ProblemIssue } from "@behest/contracts/problem";
import { type InputOf, type Route, takesKey } from "@behest/contracts/route";
import { z } from "zod";

export type RawRequest = { params: Record<string, string>; query: Record<string, string[]>; headers: Headers; body: RawBody };
/** `absent`: the request has no body · `broken`: what it has is not JSON. */
export type RawBody = { kind: "absent" } | { kind: "broken" } | { kind: "json"; value: unknown };
/** `idempotencyKey`: under which the runtime keeps the reply. */
export type ParsedRequest<R> = { input: InputOf<R>; idempotencyKey: string | undefined };

const issuesMax = 1_000;
const Nothing = z.strictObject({});
/** Visible ASCII, as the IETF draft's structured string; 200 characters at most. */
const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/, "1 to 200 visible ASCII characters");

/** Throws Problem `malformed` with all issues. */
export function parseRequest<R extends Route>(route: R, raw: RawRequest): ParsedRequest<R> {
  const issues: ProblemIssue[] = [];
  const params = part("path", route.params, raw.params, issues);
  const query = part("query", route.query ?? Nothing, unwrapSingles(raw.query), issues);
  const key = takesKey(route.policy) ? keyOf(raw.headers, issues) : undefined;
  const body = bodyPart(route.body, raw.body, issues);
  if (issues.length > 0) throw malformed(issues);
  const given = { params, query: route.query ? query : undefined, body };
  // Where a repeat is decided again the key is the operation's: it alone knows what of its answer still holds.
  if (route.policy.repeat === "decided-again") return { input: inputOf<R>({ ...given, idempotencyKey: key }), idempotencyKey: undefined };
  return { input: inputOf<R>(given), idempotencyKey: key };
}

function part(where: ProblemIssue["in"], schema: z.ZodType | undefined, value: unknown, issues: ProblemIssue[]): unknown {
  const parsed = schema?.safeParse(value);
  if (parsed && !parsed.success) issues.push(...issuesOf(where, parsed.error));
  return parsed?.data;
}

function bodyPart(schema: z.ZodType | undefined, body: RawBody, issues: ProblemIssue[]): unknown {
  if (body.kind === "broken") issues.push({ in: "body", pointer: "", message: "This is not JSON in UTF-8" });
  else if (schema && body.kind === "absent") issues.push({ in: "body", pointer: "", message: "A JSON body is required" });
  else if (!schema && body.kind === "json") issues.push({ in: "body", pointer: "", message: "This address takes no body" });
  else if (schema && body.kind === "json") return part("body", schema, body.value, issues);
  return undefined;
}

function keyOf(headers: Headers, issues: ProblemIssue[]): string | undefined {
  const given = headers.get("idempotency-key");
  if (given === null) return undefined;
  const parsed = IdempotencyKey.safeParse(given);
  if (!parsed.success) issues.push({ in: "header", pointer: "/idempotency-key", message: parsed.error.issues[0]?.message ?? "" });
  return parsed.data;
}

/** A field that nobody asked for is one issue for each, at its own place. */
function issuesOf(where: ProblemIssue["in"], error: z.ZodError): ProblemIssue[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ in: where, pointer: pointerTo([...issue.path, key]), message: "Unknown field" }))
      : [{ in: where, pointer: pointerTo(issue.path), message: issue.message }],
  );
}

/** RFC 6901. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

function malformed(issues: ProblemIssue[]): Problem {
  if (issues.length <= issuesMax) return new Problem("malformed", { issues });
  return new Problem("malformed", {
    detail: `${issues.length} issues; the first ${issuesMax} are listed`,
    issues: issues.slice(0, issuesMax),
  });
}

function unwrapSingles(query: Record<string, string[]>): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

/** The schemas of the route have parsed these parts; TypeScript can't follow from a schema held as data to its output. */
function inputOf<R>(parts: { params: unknown; query: unknown; body: unknown; idempotencyKey?: string | undefined }): InputOf<R> {
  return parts as InputOf<R>;
}
