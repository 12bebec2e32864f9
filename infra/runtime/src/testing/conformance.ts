/**
 * What every route of every service guarantees, proved over all of them at once: a new route can't forget it.
 * A service's test calls `conformance({ service, start })` once, in a `.db.test.ts` of its own.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { openapiOf, routesOf } from "@behest/contracts/openapi";
import type { ServiceName } from "@behest/contracts/ids";
import type { Route } from "@behest/contracts/route";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { ServiceApp } from "../http.ts";
import { bodyBytesDefault } from "../http/body.ts";
import { callerOf, callersWithout, impostors, othersOf } from "./conformance-callers.ts";
import { addressOf, describeAnswer, malformed, type Ask, type Answered, send, strip, urlPath } from "./conformance-requests.ts";
import { dbTest, type CellDb } from "./database.ts";
import { listen } from "./listen.ts";
import { startTestIssuer, type TestIssuer, type TokenRequest } from "./tokens.ts";

export type Started = {
  app: ServiceApp;
  /** When something stands in front of the app. */
  handler?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Called after each test; the databases opened by `cellDb.open` close by themselves. */
  stop?: () => Promise<void>;
};
/** For a route whose operation decides whom the caller sees: a person who exists and is not theirs, and one who does not exist. */
export type Hidden = { caller: Omit<TokenRequest, "audience" | "scope">; existing: unknown; unknown: unknown };
export type ConformanceOptions = {
  service: ServiceName;
  /** Builds the cell `eu` of the service on the given database, trusting the given issuer. */
  start: (context: { cellDb: CellDb; issuer: string }) => Promise<Started>;
  /** By route id; needed for every route with the owner `visible` and a body. Called after `start`. */
  hidden?: Record<string, (cellDb: CellDb) => Promise<Hidden>>;
  /** The contract; by default that of the service. */
  routes?: readonly Route[];
};

const own = `eu_${"0197c3a5".repeat(4)}`;
const somebodyElse = `eu_${"0197c3a6".repeat(4)}`;
const nobody = `eu_${"0197c3a7".repeat(4)}`;
const foreign = `jp_${"0197c3a8".repeat(4)}`;

export function conformance({ service, start, hidden = {}, routes = routesOf[service] }: ConformanceOptions): void {
  const guarded = routes.filter(({ policy }) => policy.access !== "public");
  let issuer: TestIssuer;
  let otherIssuer: TestIssuer;
  beforeAll(async () => {
    [issuer, otherIssuer] = await Promise.all([startTestIssuer("eu"), startTestIssuer("uk")]);
  });
  afterAll(() => Promise.all([issuer.close(), otherIssuer.close()]));

  /** Asks each of the routes in each way; `right` describes a right answer, and the test shows all that differ. */
  const overAll = (
    title: string,
    asked: readonly Route[],
    asksOf: (route: Route) => Promise<Ask[]>,
    right: (answer: Answered, ask: Ask) => boolean,
  ) =>
    dbTest(title, async ({ cellDb }) => {
      await withService(cellDb, async (url) => {
        const wrong: string[] = [];
        for (const ask of (await Promise.all(asked.map(asksOf))).flat()) {
          const answer = await send(url, ask);
          if (!right(answer, ask)) wrong.push(describeAnswer(ask, answer));
        }
        expect(wrong).toEqual([]);
      });
    });
  const withService = async (cellDb: CellDb, work: (url: string, app: ServiceApp) => Promise<void>) => {
    const started = await start({ cellDb, issuer: issuer.issuer });
    const server = await listen(started.handler ?? started.app.listener);
    try {
      await work(server.url, started.app);
    } finally {
      await server.close();
      await started.stop?.();
    }
  };
  /** A request by a rightful caller, changed in one thing. */
  const rightful = async (route: Route, changed: Partial<Ask> = {}, subject = own): Promise<Ask> => ({
    ...addressOf(route, subject),
    token: await callerOf(issuer, service, route, own),
    ...changed,
  });
  const withTokens = (route: Route, tokens: Array<[string, string]>) =>
    tokens.map(([what, token]) => ({ ...addressOf(route, own), what, token }));
  const withBody = routes.filter(({ body }) => body);

  describe(`conformance of ${service}`, () => {
    dbTest("CONFORMANCE-1: every route of the contract is bound, and nothing else is", async ({ cellDb }) => {
      await withService(cellDb, async (_url, app) => {
        expect(app.routes.map(({ id }) => id).toSorted()).toEqual(routes.map(({ id }) => id).toSorted());
      });
    });

    overAll(
      "CONFORMANCE-2: without a token every route is 401",
      guarded,
      async (route) => [addressOf(route, own)],
      ({ status, headers }) => status === 401 && headers.get("www-authenticate") === "Bearer",
    );

    overAll(
      "CONFORMANCE-3: garbage, unsigned, expired, misdirected and foreign tokens are 401 on every route",
      guarded,
      async (route) => withTokens(route, await impostors(issuer, otherIssuer, service, route, own)),
      ({ status, headers }) => status === 401 && headers.get("www-authenticate") === 'Bearer error="invalid_token"',
    );

    overAll(
      "CONFORMANCE-4: a token without the scope, of another kind of actor or without the role is 403 on every route",
      guarded,
      async (route) => withTokens(route, await callersWithout(issuer, service, route, own)),
      ({ problem }) => problem?.code === "forbidden",
    );

    overAll(
      "CONFORMANCE-5: a person of another cell is 421 on every route that names one person, and the right cell is named",
      guarded.filter(namesOnePerson),
      async (route) => [await rightful(route, {}, foreign)],
      ({ status, problem }) => status === 421 && problem?.cell === "jp",
    );

    dbTest(
      "CONFORMANCE-6: somebody else's data answers like that of nobody, to the byte, on every route about oneself",
      async ({ cellDb }) => {
        await withService(cellDb, async (url) => {
          for (const route of guarded.filter(({ policy }) => policy.owner === "self")) {
            for (const token of await othersOf(issuer, service, route, own)) {
              const [other, none] = [
                await send(url, { ...addressOf(route, somebodyElse), token }),
                await send(url, { ...addressOf(route, nobody), token }),
              ];
              expect([route.id, other.status, strip(other)]).toEqual([route.id, 404, strip(none)]);
            }
          }
        });
      },
    );

    dbTest(
      "CONFORMANCE-7: whom the caller may not see answers like nobody, to the byte, on every route that decides by person",
      async ({ cellDb }) => {
        const deciding = guarded.filter(({ policy, body }) => policy.owner === "visible" && body !== undefined);
        expect(Object.keys(hidden).toSorted()).toEqual(deciding.map(({ id }) => id).toSorted());
        await withService(cellDb, async (url) => {
          for (const route of deciding) {
            const example = await hidden[route.id]?.(cellDb);
            if (!example) continue;
            const token = await callerOf(issuer, service, route, own, example.caller);
            const ask = (body: unknown) => send(url, { ...addressOf(route, own), token, body: JSON.stringify(body) });
            const [other, none] = [await ask(example.existing), await ask(example.unknown)];
            expect([route.id, other.status, strip(other)]).toEqual([route.id, 404, strip(none)]);
          }
        });
      },
    );

    overAll(
      "CONFORMANCE-8: broken JSON, another type and unknown fields are 400 on every route, with a pointer to each",
      routes,
      async (route) => malformed(route, await rightful(route)),
      ({ status, problem }, { pointers = [] }) => {
        const found = (problem?.issues ?? []).map((issue) => `${issue.in} ${issue.pointer}`);
        return status === 400 && pointers.every((pointer) => found.includes(pointer));
      },
    );

    overAll(
      "CONFORMANCE-9: another content type is 415 on every route that takes a body",
      withBody,
      async (route) => [await rightful(route, { body: "a=1", contentType: "application/x-www-form-urlencoded" })],
      ({ status }) => status === 415,
    );

    overAll(
      "CONFORMANCE-10: a body over the limit is 413 on every route that takes one",
      withBody,
      async (route) => [await rightful(route, { body: " ".repeat((route.policy.bodyBytesMax ?? bodyBytesDefault) + 1) })],
      ({ status, headers }) => status === 413 && headers.get("connection") === "close",
    );

    overAll(
      "CONFORMANCE-11: another method is 405 on every address and says which it takes",
      routes,
      async (route) => [{ ...addressOf(route, own), method: "PATCH", what: route.method.toUpperCase() }],
      ({ status, headers }, { what = "" }) => status === 405 && (headers.get("allow") ?? "").split(", ").includes(what),
    );

    overAll(
      "CONFORMANCE-12: public addresses without parameters answer without a token",
      routes.filter(({ policy, method, params }) => policy.access === "public" && method === "get" && !params),
      async (route) => [addressOf(route, own)],
      ({ status }) => status === 200,
    );

    overAll(
      "CONFORMANCE-13: every problem is problem+json, uncached, and carries the request id of its header",
      routes,
      async (route) => [
        { ...addressOf(route, own), method: "PATCH" },
        { ...addressOf(route, own), path: `${route.path}/nowhere/at/all` },
      ],
      ({ headers, problem }) =>
        problem !== undefined && problem.requestId === headers.get("x-request-id") && headers.get("cache-control") === "no-store",
    );

    dbTest("CONFORMANCE-14: the service shows its own contract, as data and as a page", async ({ cellDb }) => {
      await withService(cellDb, async (url) => {
        const contract = await fetch(`${url}/openapi.json`);
        if (routes === routesOf[service]) expect(await contract.json()).toEqual(JSON.parse(JSON.stringify(openapiOf(service))));
        const page = await fetch(`${url}/docs`);
        expect([contract.status, page.status, page.headers.get("content-type")]).toEqual([200, 200, "text/html; charset=UTF-8"]);
      });
    });
  });
}

/** A route where the runtime itself asks whose data it is. */
const namesOnePerson = (route: Route): boolean =>
  ((route.policy.owner === "self" || route.policy.owner === "cell") && urlPath(route, foreign) !== urlPath(route, own)) ||
  bodyNamesOne(route);

function bodyNamesOne({ policy, body }: Route): boolean {
  const keyed = body !== undefined && "shape" in body && typeof body.shape === "object" && body.shape !== null && "subject" in body.shape;
  return keyed && (policy.owner === "self" || policy.owner === "cell");
}
