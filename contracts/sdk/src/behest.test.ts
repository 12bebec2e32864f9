import { Problem } from "@behest/contracts/problem";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createBehest } from "./behest.ts";
import type { BehestOptions } from "./options.ts";
import { startCellServer, type Answer, type CellServer, type Seen } from "./testing/cell-server.ts";
import { cnSubject, decision, euSubject } from "./testing/decisions.ts";

const running: CellServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function cellAnswering(answer: (request: Seen, nth: number) => Answer): Promise<CellServer> {
  const server = await startCellServer(answer);
  running.push(server);
  return server;
}
const clientOf = (server: CellServer, more: Partial<BehestOptions> = {}) =>
  createBehest({
    cells: { eu: { consent: server.url, records: server.url } },
    credentials: { clientId: "newsletter", clientSecret: "s", issuers: { eu: server.url } },
    timeoutMs: 1_000,
    attemptTimeoutMs: 300,
    ...more,
  });
const Asked = z.object({ checks: z.array(z.object({ subject: z.string() })) });
const subjectsIn = (request: Seen): string[] => Asked.parse(JSON.parse(request.body)).checks.map((check) => check.subject);
const question = { subject: euSubject, purpose: "marketing-email" };

describe("SDK-1: a fault is never a yes", () => {
  const faults: Record<string, Answer> = {
    "500 without a problem": { status: 500, body: "oops" },
    "503": { status: 503, body: new Problem("unavailable").document() },
    "200 without a decision": { status: 200, body: { decisions: [] } },
    "200 with half a decision": { status: 200, body: { decisions: [{ allowed: true }] } },
    "200 with HTML": { status: 200, body: "<html>allowed</html>" },
    "201 instead of 200": { status: 201, body: { decisions: [decision()] } },
    silence: { status: 200, hang: true },
    "401": { status: 401, body: new Problem("unauthenticated").document() },
  };
  test.each(Object.entries(faults))("%s", async (_, fault) => {
    const server = await cellAnswering(() => fault);
    const answer = await clientOf(server).mayUse(question);
    expect(answer.allowed).toBe(false);
    expect(answer.reasons).toEqual([{ code: "stale", purpose: "marketing-email" }]);
    await expect(clientOf(server).check(question)).rejects.toMatchObject({ name: "BehestError" });
  });

  test("nobody listens", async () => {
    const server = await startCellServer(() => ({ status: 200 }));
    await server.close();
    expect(await clientOf(server).mayUse(question)).toMatchObject({ allowed: false, failure: { code: "token_unavailable" } });
  });

  test("a denial keeps its reasons, a yes is a yes", async () => {
    const server = await cellAnswering((_, nth) => ({
      status: 200,
      body: {
        decisions: [
          nth === 1 ? decision({ allowed: false, reasons: [{ code: "consent_not_recorded", purpose: "marketing-email" }] }) : decision(),
        ],
      },
    }));
    const behest = clientOf(server);
    expect(await behest.mayUse(question)).toMatchObject({ allowed: false, reasons: [{ code: "consent_not_recorded" }] });
    expect((await behest.mayUse(question)).allowed).toBe(true);
  });
});

test("SDK-2: a batch with fewer decisions than questions is refused whole", async () => {
  const server = await cellAnswering(() => ({ status: 200, body: { decisions: [decision()] } }));
  await expect(clientOf(server).checkMany([question, question])).rejects.toMatchObject({ code: "reply_invalid" });
});

describe("SDK-3: repeats are bounded and safe", () => {
  test("a cell that comes back is asked again, with the same idempotency key", async () => {
    const denied = { reserved: false, decision: decision({ allowed: false }) };
    const server = await cellAnswering((_, nth) =>
      nth < 3 ? { status: 503, body: new Problem("unavailable").document() } : { status: 200, body: denied },
    );
    expect(await clientOf(server).reserveContact({ ...question, channel: "email" })).toEqual(denied);
    expect(server.seen).toHaveLength(3);
    expect(new Set(server.seen.map((request) => request.headers["idempotency-key"])).size).toBe(1);
  });

  test("a refusal is not repeated", async () => {
    const server = await cellAnswering(() => ({ status: 403, body: new Problem("forbidden").document("r-1") }));
    await expect(clientOf(server).check(question)).rejects.toMatchObject({ code: "forbidden", facts: { requestId: "r-1" } });
    expect(server.seen).toHaveLength(1);
  });

  test("silence ends within the bound", async () => {
    const server = await cellAnswering(() => ({ status: 200, hang: true }));
    const before = performance.now();
    await expect(clientOf(server, { timeoutMs: 400, attemptTimeoutMs: 150 }).check(question)).rejects.toMatchObject({ code: "timeout" });
    expect(performance.now() - before).toBeLessThan(900);
  });

  test("a Retry-After beyond the bound is told, not waited for", async () => {
    const server = await cellAnswering(() => ({
      status: 429,
      body: new Problem("too_many_requests").document(),
      headers: { "retry-after": "60" },
    }));
    await expect(clientOf(server).check(question)).rejects.toMatchObject({ code: "too_many_requests", facts: { retryAfterSeconds: 60 } });
    expect(server.seen).toHaveLength(1);
  });
});

describe("SDK-4: each cell hears of its own people", () => {
  test("a batch is split by cell and comes back in order", async () => {
    const marked =
      (cell: string) =>
      (request: Seen): Answer => ({
        status: 200,
        body: { decisions: subjectsIn(request).map(() => decision({ reasons: [], revision: cell === "eu" ? "1:1:1" : "1:2:2" })) },
      });
    const eu = await cellAnswering(marked("eu"));
    const cn = await cellAnswering(marked("cn"));
    const behest = createBehest({ cells: { eu: { consent: eu.url }, cn: { consent: cn.url } }, credentials: { token: async () => "t" } });
    const decisions = await behest.checkMany([question, { ...question, subject: cnSubject }, question]);
    expect(decisions.map((one) => one.revision)).toEqual(["1:1:1", "1:2:2", "1:1:1"]);
    expect(eu.seen.flatMap(subjectsIn)).toEqual([euSubject, euSubject]);
    expect(cn.seen.flatMap(subjectsIn)).toEqual([cnSubject]);
  });

  test("10,001 questions are two requests", async () => {
    const server = await cellAnswering((request) => ({ status: 200, body: { decisions: subjectsIn(request).map(() => decision()) } }));
    const decisions = await clientOf(server, { attemptTimeoutMs: 3_000, timeoutMs: 5_000 }).checkMany(
      Array.from({ length: 10_001 }, () => question),
    );
    expect(decisions).toHaveLength(10_001);
    expect(server.seen.map((request) => subjectsIn(request).length).toSorted((a, b) => a - b)).toEqual([1, 10_000]);
  });

  test("a foreign subject is told where to go", async () => {
    const server = await cellAnswering(() => ({ status: 421, body: new Problem("wrong_cell", { cell: "cn" }).document() }));
    await expect(clientOf(server).check({ ...question, subject: cnSubject })).rejects.toMatchObject({
      code: "wrong_cell",
      facts: { cell: "cn", cellUrl: undefined },
    });
  });
});

describe("SDK-5: one token for one service of one cell", () => {
  test("it is asked for once and names its audience", async () => {
    const server = await cellAnswering(() => ({ status: 200, body: { decisions: [decision()] } }));
    const behest = clientOf(server);
    await behest.check(question);
    await behest.check(question);
    expect(server.tokenRequests).toHaveLength(1);
    expect(new URLSearchParams(server.tokenRequests[0]?.body).get("resource")).toBe("urn:behest:eu:consent");
    expect(server.seen[1]?.headers.authorization).toBe("Bearer token-1");
  });

  test("a token that a service refuses is renewed once", async () => {
    const server = await cellAnswering((request) =>
      request.headers.authorization === "Bearer token-1"
        ? { status: 401, body: new Problem("unauthenticated").document() }
        : { status: 200, body: { decisions: [decision()] } },
    );
    expect((await clientOf(server).check(question)).allowed).toBe(true);
    expect(server.tokenRequests).toHaveLength(2);
  });
});
