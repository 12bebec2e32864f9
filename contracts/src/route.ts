/** A route as data: its schemas, and who may call it about whom. A route without a policy can't be made. */
import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import type { z } from "zod";
import { ProblemDocument } from "./problem.ts";

export const scopes = [
  "consent:check",
  "consent:contact",
  "consent:evidence",
  "consent:enrol",
  "consent:stop",
  "consent:feed",
  "consent:unsubscribe",
  "consent:own",
  "records:read",
  "records:lookup",
  "records:enrol",
  "records:notify",
  "records:own",
  "records:oversee",
  "crm:oversee",
  "internal:subject-data",
] as const;
export type Scope = (typeof scopes)[number];

export const actorKinds = ["service", "subject", "staff"] as const;
export type ActorKind = (typeof actorKinds)[number];

/**
 * Who may call a route. `owner`: whose data the route touches.
 * `none`: nobody's · `self`: only the signed-in subject's own · `cell`: anybody's of this cell ·
 * `visible`: those whom the staff directory and the caller's purposes let the actor see (the operation asks) ·
 * `listed`: subjects are in the body, one decision each (the operation answers for each).
 */
export type RoutePolicy = {
  access: "public" | { scope: Scope; actors: readonly ActorKind[]; staffRoles?: readonly string[] };
  owner: "none" | "self" | "cell" | "visible" | "listed";
  /**
   * `key`: takes an Idempotency-Key header, a repeat gets the stored reply ·
   * `decided-again`: takes one too, a repeat has no further effect but its answer is of now: a stored yes about a person may be over ·
   * `natural`: the same request twice has the effect of once · `read`: changes nothing it reads.
   */
  repeat: "read" | "natural" | "key" | "decided-again";
  bodyBytesMax?: number;
};

/** For no person, whoever they are: other services only. */
export const forServices = (scope: Scope, rest: Omit<RoutePolicy, "access">): RoutePolicy => ({
  access: { scope, actors: ["service"] },
  ...rest,
});

export const takesKey = ({ repeat }: RoutePolicy): boolean => repeat === "key" || repeat === "decided-again";

type Answers = Record<number, { description: string; schema?: z.ZodType; contentType?: string }>;
type RouteInput<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
  A extends Answers,
> = {
  id: string;
  method: "get" | "post" | "put" | "delete";
  path: string;
  summary: string;
  policy: RoutePolicy;
  params?: P;
  query?: Q;
  body?: B;
  answers: A;
};

/** What `route()` makes: the OpenAPI side (`config`) and what the runtime binds by. */
export type Route<
  P extends z.ZodObject | undefined = z.ZodObject | undefined,
  Q extends z.ZodObject | undefined = z.ZodObject | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  A extends Answers = Answers,
> = RouteInput<P, Q, B, A> & { config: RouteConfig };

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
export type InputOf<R> =
  R extends Route<infer P, infer Q, infer B, Answers>
    ? {
        params: Parsed<P>;
        query: Parsed<Q>;
        body: Parsed<B>;
        /** Where the policy says `decided-again`. */ idempotencyKey?: string | undefined;
      }
    : never;
type AnswersOf<R> = R extends { answers: infer A } ? A : never;
/** The replies a route promises: `{ status, body }`, one member for each status. */
export type ReplyOf<R> = {
  [S in keyof AnswersOf<R> & number]: AnswersOf<R>[S] extends { schema: infer Z extends z.ZodType }
    ? { status: S; body: z.input<Z>; headers?: Record<string, string> }
    : { status: S; body?: undefined; headers?: Record<string, string> };
}[keyof AnswersOf<R> & number];

export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  const A extends Answers = Answers,
>(input: RouteInput<P, Q, B, A>): Route<P, Q, B, A> {
  return { ...input, config: openapiOf(input) };
}

function openapiOf(input: RouteInput<z.ZodObject | undefined, z.ZodObject | undefined, z.ZodType | undefined, Answers>): RouteConfig {
  const { policy } = input;
  const problem = { description: "Problem", content: { "application/problem+json": { schema: ProblemDocument } } };
  return createRoute({
    operationId: input.id,
    method: input.method,
    path: input.path,
    summary: input.summary,
    security: policy.access === "public" ? [] : [{ token: [policy.access.scope] }],
    "x-behest-policy": policy,
    request: {
      ...(input.params ? { params: input.params } : {}),
      ...(input.query ? { query: input.query } : {}),
      ...(input.body ? { body: { required: true, content: { "application/json": { schema: input.body } } } } : {}),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(input.answers).map(([status, answer]) => [
          status,
          answer.schema
            ? { description: answer.description, content: { [answer.contentType ?? "application/json"]: { schema: answer.schema } } }
            : { description: answer.description },
        ]),
      ),
      default: problem,
    },
  } as RouteConfig & { method: "get"; path: string });
}
