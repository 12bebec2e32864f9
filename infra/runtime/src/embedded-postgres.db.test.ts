import { createServer } from "node:net";
import { once } from "node:events";
import postgres from "postgres";
import { expect, test } from "vitest";
import { portOfRunning, startEmbeddedPostgres, stopEmbeddedPostgres } from "./embedded-postgres.ts";
import { withOwnServer } from "./testing/own-server.ts";

test("a server keeps its data over a stop, is reused when it runs already, and keeps fsync on", async () => {
  await withOwnServer(async (options) => {
    const url = await startEmbeddedPostgres(options);
    const first = postgres(url, { max: 1 });
    await first`create table kept (n int)`;
    expect(await first`show fsync`).toEqual([{ fsync: "on" }]);
    await first.end();
    expect(await startEmbeddedPostgres({ ...options, port: options.port + 1 })).toBe(url);
    await stopEmbeddedPostgres(options.directory);
    expect(portOfRunning(options.directory)).toBeUndefined();
    const again = postgres(await startEmbeddedPostgres(options), { max: 1 });
    expect(await again`select count(*)::int as n from kept`).toEqual([{ n: 0 }]);
    await again.end();
  });
}, 60_000);

test("a taken port is named in one clear line", async () => {
  await withOwnServer(async (options) => {
    const squatter = createServer().listen(options.port, "127.0.0.1");
    await once(squatter, "listening");
    await expect(startEmbeddedPostgres(options)).rejects.toThrow(`PostgreSQL can't start: port ${options.port} is already in use`);
    squatter.close();
  });
}, 60_000);
