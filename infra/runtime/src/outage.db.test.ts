import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { audienceOf } from "@behest/contracts/ids";
import postgres from "postgres";
import { expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { startEmbeddedPostgres, stopEmbeddedPostgresAtOnce } from "./embedded-postgres.ts";
import { migrateCell } from "./migrate.ts";
import { roleOf } from "./roles.ts";
import { testPasswords, urlOf } from "./testing/cluster.ts";
import { createExample } from "./testing/example-service.ts";
import { listen } from "./testing/listen.ts";
import { withOwnServer } from "./testing/own-server.ts";
import { startTestIssuer } from "./testing/tokens.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const subject = `eu_${"0".repeat(31)}1`;

test("RUNTIME-16: PostgreSQL gone under requests is 503 with Retry-After, then all is as before: nothing acknowledged is lost, nothing is done twice", async () => {
  await withOwnServer(async (server) => {
    const ownerUrl = await startEmbeddedPostgres(server);
    await migrateCell({ ownerUrl, cell: "eu", rolePasswords: testPasswords, root });
    const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
    const database = openDatabase({
      url: urlOf(ownerUrl, "postgres", { name: roleOf("eu", "consent"), password: testPasswords.consent }),
      service: "consent",
      poolMax: 4,
    });
    const issuer = await startTestIssuer("eu");
    const app = await createExample({ sql, open: () => database }, issuer.issuer);
    await sql.end();
    const http = await listen(app.listener);
    const token = await issuer.token({ audience: audienceOf("eu", "consent"), clientId: "records", scope: "consent:stop" });
    const statuses = new Set<string>();
    let acknowledged = 0;
    let ending = false;
    const write = async (key: string) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": key };
      const response = await fetch(`${http.url}/v1/subjects/${subject}/tally`, {
        method: "POST",
        headers,
        body: '{"note":"n","amount":1}',
      });
      statuses.add(`${response.status} ${response.headers.get("retry-after") ?? ""}`.trim());
      await response.text();
      return response.status;
    };
    const writer = async () => {
      while (!ending) {
        const key = randomUUID();
        while ((await write(key)) !== 201);
        acknowledged += 1;
      }
    };
    const until = async (condition: () => boolean | Promise<boolean>) => {
      while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const writers = Array.from({ length: 6 }, writer);
    await until(() => acknowledged > 20);
    stopEmbeddedPostgresAtOnce(server.directory); // as after a crash: connections are cut in the middle of statements
    await until(() => statuses.has("503 2"));
    const ready = await fetch(`${http.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: "unavailable", cell: "eu", service: "consent" }]);
    await startEmbeddedPostgres(server);
    const before = acknowledged;
    await until(() => acknowledged > before + 20);
    ending = true;
    await Promise.all(writers);
    expect(statuses).toEqual(new Set(["201", "503 2"]));
    expect((await fetch(`${http.url}/readyz`)).status).toBe(200);
    const looking = postgres(ownerUrl, { max: 1 });
    expect(await looking`select count(*)::int as n from consent.tally`).toEqual([{ n: acknowledged }]);
    await looking.end();
    await Promise.all([http.close(), issuer.close(), database.close()]);
  });
}, 60_000);
