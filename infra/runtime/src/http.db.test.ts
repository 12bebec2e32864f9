import { connect } from "node:net";
import { audienceOf } from "@behest/contracts/ids";
import { ProblemDocument } from "@behest/contracts/problem";
import { afterAll, beforeAll, expect } from "vitest";
import { createLog } from "./log.ts";
import { createExample, type ExampleHooks } from "./testing/example-service.ts";
import { fixedClock } from "./testing/clock.ts";
import { dbTest, type CellDb } from "./testing/database.ts";
import { listen } from "./testing/listen.ts";
import { startTestIssuer, type TestIssuer } from "./testing/tokens.ts";
import type { AppOptions } from "./http.ts";

const subject = `eu_${"0".repeat(31)}1`;
let issuer: TestIssuer;
let token: string;
beforeAll(async () => {
  issuer = await startTestIssuer("eu");
  token = await issuer.token({ audience: audienceOf("eu", "consent"), clientId: "records", scope: "consent:stop" });
});
afterAll(() => issuer.close());

type Call = { method?: string; path?: string; body?: string; headers?: Record<string, string> };

async function serve(
  cellDb: CellDb,
  work: (call: (request?: Call) => Promise<Response>) => Promise<void>,
  hooks: ExampleHooks = {},
  changed: Partial<AppOptions> = {},
): Promise<void> {
  const app = await createExample(cellDb, issuer.issuer, hooks, changed);
  const server = await listen(app.listener);
  const call = ({ method = "POST", path = `/v1/subjects/${subject}/tally`, body = '{"note":"a","amount":1}', headers = {} }: Call = {}) =>
    fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(method === "POST" ? { "content-type": "application/json" } : {}), ...headers },
      ...(method === "POST" ? { body } : {}),
    });
  try {
    await work(call);
  } finally {
    await server.close();
  }
}
const problemOf = async (response: Response) => {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const document = ProblemDocument.parse(await response.json());
  expect(document.requestId).toBe(response.headers.get("x-request-id"));
  return document;
};
const rowsIn = async (cellDb: CellDb) => (await cellDb.sql`select 1 from consent.tally`).length;

dbTest("a request is answered as its contract says, uncached, with its request id", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    const response = await call({ headers: { "x-request-id": "0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001" } });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ subject, rows: 1 });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-request-id")).toBe("0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001");
  });
});

dbTest("a request id that could be something else than an id is replaced", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    const response = await call({ headers: { "x-request-id": "ada@example.test" } });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

dbTest("RUNTIME-8: one 400 lists every issue of path, query, header and body, each with its pointer", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    const body = JSON.stringify({ note: 7, surplus: 1, "odd/~key": 2, nested: { flag: "yes", other: 1 } });
    const response = await call({ path: "/v1/subjects/nobody/tally?what=1", body, headers: { "idempotency-key": "with space" } });
    expect(response.status).toBe(400);
    const { issues = [] } = await problemOf(response);
    expect(issues.map((issue) => `${issue.in} ${issue.pointer}`).toSorted()).toEqual([
      "body /amount",
      "body /nested/flag",
      "body /nested/other",
      "body /note",
      "body /odd~1~0key",
      "body /surplus",
      "header /idempotency-key",
      "path /subject",
      "query /what",
    ]);
  });
});

dbTest("RUNTIME-8: broken JSON, broken UTF-8 and a missing body are each 400", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    for (const body of ['{"note":', "", "nonsense", "[".repeat(1_900)]) {
      const response = await call({ body });
      expect([response.status, (await problemOf(response)).code]).toEqual([400, "malformed"]);
    }
  });
});

dbTest("another content type is 415, a body over the limit 413 with the connection closed", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    expect((await problemOf(await call({ headers: { "content-type": "text/plain" } }))).code).toBe("unsupported_media_type");
    const large = await call({ body: JSON.stringify({ note: "x".repeat(3_000), amount: 1 }) });
    expect([large.status, large.headers.get("connection")]).toEqual([413, "close"]);
    expect((await problemOf(large)).code).toBe("body_too_large");
  });
});

dbTest("RUNTIME-9: a body without a length is stopped at the limit too", async ({ cellDb }) => {
  const app = await createExample(cellDb, issuer.issuer);
  const server = await listen(app.listener);
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      if (sent > 10_000) controller.close();
      else controller.enqueue(new Uint8Array(1_000).fill(0x20));
    },
  });
  const init = {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: endless,
    duplex: "half" as const,
  };
  const status = await fetch(`${server.url}/v1/subjects/${subject}/tally`, init).then(
    (response) => response.status,
    () => 413,
  );
  expect(status).toBe(413);
  expect(sent).toBeLessThan(10_000);
  await server.close();
});

dbTest("a caller who hangs up in the middle of a body leaves no error in the log, for nobody must act", async ({ cellDb }) => {
  const lines: string[] = [];
  const log = createLog("consent", "debug", { write: (line) => void lines.push(line) });
  const app = await createExample(cellDb, issuer.issuer, {}, { log });
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  const server = await listen((request, response) => {
    response.once("close", resolve);
    app.listener(request, response);
  });
  const address = new URL(server.url);
  const socket = connect(Number(address.port), address.hostname);
  socket.write(
    `POST /v1/lists HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"subjects":`,
    () => socket.destroy(),
  );
  await answered;
  await server.close();
  expect(lines.filter((line) => line.includes('"error"'))).toEqual([]);
});

dbTest("an unknown address is 404, a known one with another method 405 that says which it takes", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    expect((await problemOf(await call({ path: "/v1/nowhere" }))).status).toBe(404);
    const response = await call({ method: "DELETE" });
    expect(response.headers.get("allow")).toBe("GET, POST");
    expect((await problemOf(response)).code).toBe("method_not_allowed");
  });
});

dbTest("RUNTIME-10: a field that the contract does not promise never leaves, and the write is undone", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    const response = await call({ body: '{"note":"surplus","amount":1}' });
    const text = await response.clone().text();
    expect([response.status, text.includes("leaks")]).toEqual([500, false]);
    expect(await rowsIn(cellDb)).toBe(0);
  });
});

dbTest("a fault of ours is 500 without detail", async ({ cellDb }) => {
  const onAdd = () => Promise.reject(new Error("ada@example.test is the secret"));
  await serve(
    cellDb,
    async (call) => {
      const response = await call();
      const document = await problemOf(response);
      expect(document).toMatchObject({ code: "internal", status: 500 });
      expect(JSON.stringify(document)).not.toContain("ada@");
    },
    { onAdd },
  );
});

dbTest("RUNTIME-11: the same key and request again is answered from store and executed once", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    const headers = { "idempotency-key": "k-1" };
    const first = await call({ headers });
    const second = await call({ headers, body: '{ "amount": 1, "note": "a" }' });
    expect([second.status, await second.text()]).toEqual([first.status, await first.text()]);
    expect([first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")]).toEqual([null, "true"]);
    expect(await rowsIn(cellDb)).toBe(1);
  });
});

dbTest("RUNTIME-11: the same key with another request is 409", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    const headers = { "idempotency-key": "k-1" };
    await call({ headers });
    expect((await problemOf(await call({ headers, body: '{"note":"b","amount":1}' }))).code).toBe("idempotency_key_reused");
    expect(await rowsIn(cellDb)).toBe(1);
  });
});

dbTest("RUNTIME-11: of many at once with one key one executes, and all get its reply", async ({ cellDb }) => {
  let executed = 0;
  const onAdd = async () => void (executed += 1);
  await serve(
    cellDb,
    async (call) => {
      const headers = { "idempotency-key": "k-1" };
      const replies = await Promise.all(Array.from({ length: 8 }, async () => (await call({ headers })).text()));
      expect(new Set(replies)).toEqual(new Set([JSON.stringify({ subject, rows: 1 })]));
      expect([executed, await rowsIn(cellDb)]).toEqual([1, 1]);
    },
    { onAdd },
  );
});

dbTest("RUNTIME-11: when the first of two with one key fails, the second executes", async ({ cellDb }) => {
  let attempts = 0;
  const onAdd = async () => {
    attempts += 1;
    if (attempts === 1) throw new Error("first fails");
  };
  await serve(
    cellDb,
    async (call) => {
      const headers = { "idempotency-key": "k-1" };
      expect((await call({ headers })).status).toBe(500);
      expect((await call({ headers })).status).toBe(201);
      expect(await rowsIn(cellDb)).toBe(1);
    },
    { onAdd },
  );
});

dbTest("RUNTIME-11: a key ends after a day, and its stored reply is cleared away", async ({ cellDb }) => {
  const clock = fixedClock(new Date("2026-11-22T09:00:00.000Z"));
  await serve(
    cellDb,
    async (call) => {
      await call({ headers: { "idempotency-key": "k-1" } });
      clock.advance(24 * 3_600_000);
      expect((await call({ headers: { "idempotency-key": "k-2" } })).status).toBe(201);
      expect(await cellDb.sql`select subject from consent.idempotency`).toEqual([{ subject }]);
      expect((await call({ headers: { "idempotency-key": "k-1" }, body: '{"note":"b","amount":1}' })).status).toBe(201);
    },
    {},
    { clock },
  );
});

dbTest("RUNTIME-12: before the stop log is replayed no operation runs, and the service says it is not ready", async ({ cellDb }) => {
  await serve(
    cellDb,
    async (call) => {
      const response = await call();
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
      const ready = await call({ method: "GET", path: "/readyz" });
      expect([ready.status, await ready.json()]).toEqual([503, { status: "replaying", cell: "eu", service: "consent" }]);
      expect((await call({ method: "GET", path: "/healthz" })).status).toBe(200);
      expect(await rowsIn(cellDb)).toBe(0);
    },
    {},
    { readiness: () => "replaying" },
  );
});

dbTest("documents are served: the contract and its page, which may load nothing from elsewhere", async ({ cellDb }) => {
  await serve(cellDb, async (call) => {
    expect(await (await call({ method: "GET", path: "/openapi.json" })).json()).toMatchObject({ openapi: "3.1.0" });
    const page = await call({ method: "GET", path: "/docs" });
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).toContain("Example");
  });
});
