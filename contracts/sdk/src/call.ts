/** One typed call of one route of the contract: builds the request from the route, parses the answer by the route. */
import { Cell, type ServiceName } from "@behest/contracts/ids";
import { ProblemDocument } from "@behest/contracts/problem";
import { type Route, takesKey } from "@behest/contracts/route";
import type { z } from "zod";
import { withAttempts, type AttemptBounds } from "./attempts.ts";
import { BehestError, errorFromProblem } from "./error.ts";
import type { CellUrls } from "./options.ts";
import type { TokenSource } from "./tokens.ts";

/** What each status of a route carries, after parsing. */
export type AnswerOf<R> = R extends { answers: infer A }
  ? {
      [S in keyof A & number]: A[S] extends { schema: infer Z extends z.ZodType }
        ? { status: S; body: z.output<Z> }
        : { status: S; body: undefined };
    }[keyof A & number]
  : never;

/** What a caller gives: the parts that the route has, before defaults are filled in. */
export type CallInput<R> = R extends Route<infer P, infer Q, infer B> ? Part<"params", P> & Part<"query", Q> & Part<"body", B> : never;
type Part<K extends string, S> = S extends z.ZodType ? { [k in K]: z.input<S> } : unknown;

export type Caller = { cells: Partial<Record<Cell, CellUrls>>; tokens: TokenSource; bounds: AttemptBounds };
type Plain = string | number | boolean;
type Loose = { params?: Record<string, Plain>; query?: Record<string, Plain | undefined>; body?: unknown };

/**
 * Throws `BehestError` unless the answer is one the route promises. A route that takes one gets an Idempotency-Key, the same for all attempts,
 * so that every call here may be repeated safely.
 */
export async function callRoute<R extends Route>(
  caller: Caller,
  service: Exclude<ServiceName, "portal">,
  cell: Cell,
  route: R,
  input: CallInput<R>,
  idempotencyKey?: string,
): Promise<AnswerOf<R>> {
  const base = caller.cells[cell]?.[service];
  if (base === undefined) throw new BehestError("wrong_cell", { cell });
  const url = addressOf(base, route, looseOf(input));
  const init = requestOf(route, looseOf(input), idempotencyKey);
  let renewed = false;
  return withAttempts(caller.bounds, true, async (signal) => {
    const send = async () => {
      const token = await caller.tokens.tokenFor(cell, service, signal);
      // Node sends a 421 once more by itself, and with `redirect: "error"` that second sending breaks; a redirect is refused as an answer nobody promised.
      return fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` }, signal, redirect: "manual" });
    };
    let reply = await send();
    if (reply.status === 401 && !renewed) {
      renewed = true;
      await reply.body?.cancel();
      caller.tokens.forget(cell, service);
      reply = await send();
    }
    return answerOf(caller, service, route, reply, signal);
  });
}

function addressOf(base: string, route: Route, input: Loose): URL {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input.params?.[name])));
  const url = new URL(`${base.replace(/\/$/, "")}${path}`);
  for (const [name, value] of Object.entries(input.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function requestOf(
  route: Route,
  input: Loose,
  idempotencyKey: string | undefined,
): { method: string; headers: Record<string, string>; body?: string } {
  const headers: Record<string, string> = { accept: "application/json" };
  if (takesKey(route.policy)) headers["idempotency-key"] = idempotencyKey ?? crypto.randomUUID();
  if (input.body === undefined) return { method: route.method.toUpperCase(), headers };
  return {
    method: route.method.toUpperCase(),
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(input.body),
  };
}

async function answerOf<R extends Route>(
  caller: Caller,
  service: Exclude<ServiceName, "portal">,
  route: R,
  reply: Response,
  signal: AbortSignal,
): Promise<AnswerOf<R>> {
  const body = await bodyOf(reply, signal);
  const promised = route.answers[reply.status];
  if (promised === undefined) throw problemOf(caller, service, reply, body);
  const parsed = promised.schema?.safeParse(body);
  if (parsed !== undefined && !parsed.success) throw new BehestError("reply_invalid", { status: reply.status }, parsed.error);
  return checkedAnswer<R>({ status: reply.status, body: parsed?.data });
}

async function bodyOf(reply: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return await reply.json();
  } catch (cause) {
    if (signal.aborted) throw cause;
    return undefined;
  }
}

function problemOf(caller: Caller, service: Exclude<ServiceName, "portal">, reply: Response, body: unknown): BehestError {
  const retryAfter = Number(reply.headers.get("retry-after") ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  const problem = ProblemDocument.safeParse(body);
  if (problem.success) {
    const cell = Cell.safeParse(problem.data.cell);
    return errorFromProblem(problem.data, retryAfterSeconds, cell.success ? caller.cells[cell.data]?.[service] : undefined);
  }
  // A proxy in between answers 502 to 504 without a problem document.
  if (reply.status >= 502 && reply.status <= 504) return new BehestError("unavailable", { status: reply.status, retryAfterSeconds });
  return new BehestError("reply_invalid", { status: reply.status });
}

/** The route's own schema for this status has just parsed the body, which the compiler can't follow through the lookup. */
function checkedAnswer<R>(answer: { status: number; body: unknown }): AnswerOf<R> {
  return answer as AnswerOf<R>;
}

/** `CallInput` is built from the same three optional parts, which the compiler can't see while R is open. */
function looseOf(input: unknown): Loose {
  return input as Loose;
}
