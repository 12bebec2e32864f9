import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "vitest";
import { createLog } from "./log.ts";
import { dbTest } from "./testing/database.ts";
import { exampleSubject, problemOf, serveExample, talliesIn } from "./testing/serve-example.ts";

dbTest("a request is answered as its contract says, uncached, with its request id", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    const response = await call({ headers: { "x-request-id": "0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001" } });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ subject: exampleSubject, rows: 1 });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-request-id")).toBe("0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001");
  });
});

dbTest("a request id that could be something else than an id is replaced", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    const response = await call({ headers: { "x-request-id": "ada@example.test" } });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

dbTest("RUNTIME-8: one 400 lists every issue of path, query, header and body, each with its pointer", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
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
  await serveExample(cellDb, async (call) => {
    for (const body of ['{"note":', "", "nonsense", "[".repeat(1_900)]) {
      const response = await call({ body });
      expect([response.status, (await problemOf(response)).code]).toEqual([400, "malformed"]);
    }
  });
});

dbTest("another content type is 415, a body over the limit 413 with the connection closed", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    expect((await problemOf(await call({ headers: { "content-type": "text/plain" } }))).code).toBe("unsupported_media_type");
    const large = await call({ body: JSON.stringify({ note: "x".repeat(3_000), amount: 1 }) });
    expect([large.status, large.headers.get("connection")]).toEqual([413, "close"]);
    expect((await problemOf(large)).code).toBe("body_too_large");
  });
});

dbTest("RUNTIME-9: a body without a length is stopped at the limit too", async ({ cellDb }) => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      if (sent > 10_000) controller.close();
      else controller.enqueue(new Uint8Array(1_000).fill(0x20));
    },
  });
  await serveExample(cellDb, async (_call, url, token) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = fetch(`${url}/v1/subjects/${exampleSubject}/tally`, { method: "POST", headers, body: endless, duplex: "half" });
    // The connection may be closed before the client has read why.
    const status = await answer.then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(sent).toBeLessThan(10_000);
  });
});

dbTest("a caller who hangs up in the middle of a body leaves no error in the log, for nobody must act", async ({ cellDb }) => {
  const lines: string[] = [];
  const log = createLog("consent", "debug", { write: (line) => void lines.push(line) });
  const request = (token: string) =>
    `POST /v1/lists HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"subjects":`;
  await serveExample(
    cellDb,
    async (call, url, token) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      const closed = once(socket, "close");
      socket.write(request(token), () => socket.destroy());
      await closed;
      expect((await call()).status).toBe(201); // by then the server has seen the end of the first
    },
    { log },
  );
  expect(lines.filter((line) => line.includes('"error"'))).toEqual([]);
});

dbTest("an unknown address is 404, a known one with another method 405 that says which it takes", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    expect((await problemOf(await call({ path: "/v1/nowhere" }))).status).toBe(404);
    const response = await call({ method: "DELETE" });
    expect(response.headers.get("allow")).toBe("GET, POST");
    expect((await problemOf(response)).code).toBe("method_not_allowed");
  });
});

dbTest("RUNTIME-10: a field that the contract does not promise never leaves, and the write is undone", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    const response = await call({ body: '{"note":"surplus","amount":1}' });
    const text = await response.clone().text();
    expect([response.status, text.includes("leaks")]).toEqual([500, false]);
    expect(await talliesIn(cellDb)).toBe(0);
  });
});

dbTest("a fault of ours is 500 without detail", async ({ cellDb }) => {
  const onAdd = () => Promise.reject(new Error("ada@example.test is the secret"));
  await serveExample(
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

dbTest("RUNTIME-12: before the stop log is replayed no operation runs, and the service says it is not ready", async ({ cellDb }) => {
  await serveExample(
    cellDb,
    async (call) => {
      const response = await call();
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
      const ready = await call({ method: "GET", path: "/readyz" });
      expect([ready.status, await ready.json()]).toEqual([503, { status: "replaying", cell: "eu", service: "consent" }]);
      expect((await call({ method: "GET", path: "/healthz" })).status).toBe(200);
      expect(await talliesIn(cellDb)).toBe(0);
    },
    { readiness: () => "replaying" },
  );
});

dbTest("documents are served: the contract and its page, which may load nothing from elsewhere", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    expect(await (await call({ method: "GET", path: "/openapi.json" })).json()).toMatchObject({ openapi: "3.1.0" });
    const page = await call({ method: "GET", path: "/docs" });
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).toContain("Example");
  });
});
