import { expect } from "vitest";
import { fixedClock } from "../testing/clock.ts";
import { dbTest } from "../testing/database.ts";
import { exampleSubject, problemOf, serveExample, talliesIn } from "../testing/serve-example.ts";

dbTest("RUNTIME-11: the same key and request again is answered from store and executed once", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    const headers = { "idempotency-key": "k-1" };
    const first = await call({ headers });
    const second = await call({ headers, body: '{ "amount": 1, "note": "a" }' });
    expect([second.status, await second.text()]).toEqual([first.status, await first.text()]);
    expect([first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")]).toEqual([null, "true"]);
    expect(await talliesIn(cellDb)).toBe(1);
  });
});

dbTest("RUNTIME-11: the same key with another request is 409", async ({ cellDb }) => {
  await serveExample(cellDb, async (call) => {
    const headers = { "idempotency-key": "k-1" };
    await call({ headers });
    expect((await problemOf(await call({ headers, body: '{"note":"b","amount":1}' }))).code).toBe("idempotency_key_reused");
    expect(await talliesIn(cellDb)).toBe(1);
  });
});

dbTest("RUNTIME-11: of many at once with one key one executes, and all get its reply", async ({ cellDb }) => {
  let executed = 0;
  const onAdd = async () => void (executed += 1);
  await serveExample(
    cellDb,
    async (call) => {
      const headers = { "idempotency-key": "k-1" };
      const replies = await Promise.all(Array.from({ length: 8 }, async () => (await call({ headers })).text()));
      expect(new Set(replies)).toEqual(new Set([JSON.stringify({ subject: exampleSubject, rows: 1 })]));
      expect([executed, await talliesIn(cellDb)]).toEqual([1, 1]);
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
  await serveExample(
    cellDb,
    async (call) => {
      const headers = { "idempotency-key": "k-1" };
      expect((await call({ headers })).status).toBe(500);
      expect((await call({ headers })).status).toBe(201);
      expect(await talliesIn(cellDb)).toBe(1);
    },
    { onAdd },
  );
});

dbTest("RUNTIME-11: a key ends after a day, and its stored reply is cleared away", async ({ cellDb }) => {
  const clock = fixedClock(new Date("2026-11-22T09:00:00.000Z"));
  await serveExample(
    cellDb,
    async (call) => {
      await call({ headers: { "idempotency-key": "k-1" } });
      clock.advance(24 * 3_600_000);
      expect((await call({ headers: { "idempotency-key": "k-2" } })).status).toBe(201);
      expect(await cellDb.sql`select subject from consent.idempotency`).toEqual([{ subject: exampleSubject }]);
      expect((await call({ headers: { "idempotency-key": "k-1" }, body: '{"note":"b","amount":1}' })).status).toBe(201);
    },
    { clock },
  );
});
