/** One cell's HTTP face of one service: routes are bound to operations by their contract, and by nothing else. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { getHealth, getReadiness } from "@behest/contracts/health";
import type { Cell, ServiceName } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf, Route } from "@behest/contracts/route";
import { type Context, Hono } from "hono";
import type { Actor, Verify } from "./actor.ts";
import type { Clock } from "./clock.ts";
import type { Database, Tx } from "./database.ts";
import { authoriseCaller, authoriseSubjects, subjectsNamed } from "./http/authorise.ts";
import { bodyBytesDefault, readBody } from "./http/body.ts";
import { docsHeaders, docsPage } from "./http/docs-page.ts";
import { once, type WireReply } from "./http/idempotency.ts";
import { parseRequest, type RawRequest } from "./http/parse.ts";
import { answerProblem } from "./http/problem-answer.ts";
import { toResponse, toWire } from "./http/reply.ts";
import { requestIdOf } from "./http/request-id.ts";
import { traced } from "./http/traced.ts";
import type { Log } from "./log.ts";

type AppVariables = { Variables: { requestId: string } };
export type Readiness = "ok" | "starting" | "replaying" | "draining";
export type AppOptions = {
  service: ServiceName;
  cell: Cell;
  database: Database;
  verify: Verify;
  log: Log;
  clock: Clock;
  /** Until it says `ok`, no operation is run. */
  readiness: () => Readiness;
  /** The OpenAPI document. */
  docs: Record<string, unknown>;
};
export type ServiceApp = AppOptions & {
  /** For pages, which are no contract routes. */
  hono: Hono<AppVariables>;
  /** Every route bound so far. */
  routes: Route[];
  /** For node:http. */
  listener: (request: IncomingMessage, response: ServerResponse) => void;
};

const retryAfterSeconds = 1;
const pingMsMax = 2_000;

export function createApp(options: AppOptions): ServiceApp {
  const hono = new Hono<AppVariables>();
  const handle = getRequestListener(hono.fetch, { overrideGlobalObjects: false });
  const app: ServiceApp = { ...options, hono, routes: [], listener: (request, response) => void handle(request, response) };
  hono.use(async (c, next) => {
    const requestId = requestIdOf(c.req.raw.headers);
    c.set("requestId", requestId);
    await next();
    setDefaults(c, requestId);
  });
  hono.onError((error, c) => answerProblem(error, circumstances(app, c)));
  hono.notFound((c) => answerNotFound(app, c));
  hono.get("/openapi.json", (c) => c.json(options.docs));
  hono.get("/docs", (c) => c.html(docsPage(options.docs), 200, docsHeaders));
  bindPublic(app, getHealth, async () => ({ status: 200, body: { status: "ok", cell: app.cell, service: app.service } }));
  bindPublic(app, getReadiness, async () => {
    const status = await readinessNow(app);
    return { status: status === "ok" ? 200 : 503, body: { status, cell: app.cell, service: app.service } };
  });
  return app;
}

/**
 * Bearer token → actor → scope, kind and roles → whose data → every issue of the request in one 400 → one transaction
 * (once per Idempotency-Key where the route takes one) → the reply as its schema promises.
 */
export function bind<R extends Route, const O extends ReplyOf<R>>(
  app: ServiceApp,
  route: R,
  operation: (tx: Tx, actor: Actor, input: InputOf<R>) => Promise<O>,
): void {
  const { access, owner, bodyBytesMax = bodyBytesDefault } = route.policy;
  if (access === "public") throw new Error(`${route.id} is public: bind it with bindPublic`);
  register(app, route, async (c) => {
    requireReady(app);
    const actor = await app.verify(c.req.header("authorization"));
    authoriseCaller(access, actor);
    const raw = await rawRequest(c, bodyBytesMax);
    const named = subjectsNamed(raw);
    authoriseSubjects(owner, app.cell, actor, named);
    const { input, idempotencyKey } = parseRequest(route, raw);
    const outcome = await app.database.transact(async (tx): Promise<WireReply | Problem> => {
      const work = async () => toWire(route, await operation(tx, actor, input));
      if (idempotencyKey === undefined) return work().catch(keepTrace);
      const claim = {
        actor: nameOf(actor),
        route: route.id,
        key: idempotencyKey,
        request: JSON.stringify(input),
        subject: named[0] ?? actor.subject,
        now: app.clock.now(),
      };
      return once(tx, claim, work);
    });
    if (outcome instanceof Problem) throw outcome;
    return toResponse(outcome);
  });
}

/** A refusal whose trace must stay ends its transaction with a commit, and is thrown after it. */
function keepTrace(fault: unknown): Problem {
  if (fault instanceof Problem && fault.details.keepsTrace === true) return fault;
  throw fault;
}

/** A route that needs no token; it gets no transaction either. */
export function bindPublic<R extends Route, const O extends ReplyOf<R>>(
  app: ServiceApp,
  route: R,
  operation: (input: InputOf<R>) => Promise<O>,
): void {
  const { access, bodyBytesMax = bodyBytesDefault } = route.policy;
  if (access !== "public") throw new Error(`${route.id} is not public: bind it with bind`);
  register(app, route, async (c) => {
    const { input } = parseRequest(route, await rawRequest(c, bodyBytesMax));
    return toResponse(toWire(route, await operation(input)));
  });
}

function register(app: ServiceApp, route: Route, handler: (c: Context<AppVariables>) => Promise<Response>): void {
  if (app.routes.some(({ id }) => id === route.id)) throw new Error(`${route.id} is bound twice`);
  app.routes.push(route);
  const method = route.method.toUpperCase();
  app.hono.on(method, pathOf(route), (c) => {
    const attributes = {
      "http.request.method": method,
      "http.route": route.path,
      "behest.cell": app.cell,
      "behest.request_id": c.get("requestId"),
    };
    return traced(route.id, attributes, () => handler(c));
  });
}

/** `/v1/subjects/{subject}` as Hono writes it. */
const pathOf = (route: Route): string => route.path.replace(/\{(\w+)\}/g, ":$1");

async function rawRequest(c: Context<AppVariables>, bodyBytesMax: number): Promise<RawRequest> {
  return { params: c.req.param(), query: c.req.queries(), headers: c.req.raw.headers, body: await readBody(c.req.raw, bodyBytesMax) };
}

/** Nothing is answered from a state that may lack a stop. */
function requireReady(app: ServiceApp): void {
  const readiness = app.readiness();
  if (readiness === "starting" || readiness === "replaying")
    throw new Problem("unavailable", { detail: `The service is ${readiness}.`, retryAfterSeconds });
}

async function readinessNow(app: ServiceApp): Promise<Readiness | "unavailable"> {
  const readiness = app.readiness();
  if (readiness !== "ok") return readiness;
  const { promise: tooLong, resolve } = Promise.withResolvers<"unavailable">();
  const timer = setTimeout(resolve, pingMsMax, "unavailable");
  const answer = app.database.ping().then(
    () => "ok" as const,
    () => "unavailable" as const,
  );
  return Promise.race([answer, tooLong]).finally(() => clearTimeout(timer));
}

/** A known address with another method answers 405 and says which it takes. */
function answerNotFound(app: ServiceApp, c: Context<AppVariables>): Response {
  const path = new URL(c.req.url).pathname;
  const methods = app.routes.filter((route) => matches(route, path)).map((route) => route.method.toUpperCase());
  const response = answerProblem(new Problem(methods.length > 0 ? "method_not_allowed" : "not_found"), circumstances(app, c));
  if (methods.length > 0) response.headers.set("allow", methods.join(", "));
  return response;
}

function matches(route: Route, path: string): boolean {
  const pattern = route.path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}

const circumstances = (app: ServiceApp, c: Context<AppVariables>) => ({
  requestId: c.get("requestId"),
  log: app.log,
  tokenGiven: c.req.header("authorization") !== undefined,
});

function setDefaults(c: Context<AppVariables>, requestId: string): void {
  c.res.headers.set("x-request-id", requestId);
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  c.res.headers.set("x-content-type-options", "nosniff");
}

/** Whose key it is: two people at one client never share one. */
const nameOf = (actor: Actor): string => `${actor.kind}:${actor.client}:${actor.subject ?? actor.staff?.id ?? ""}`;
