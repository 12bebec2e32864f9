import { audienceOf } from "@behest/contracts/ids";
import { tokenVerifier } from "@behest/runtime/actor";
import { systemClock } from "@behest/runtime/clock";
import { createLog } from "@behest/runtime/log";
import { dbTest } from "@behest/runtime/testing/database";
import { listen } from "@behest/runtime/testing/listen";
import { startTestIssuer, type TestIssuer } from "@behest/runtime/testing/tokens";
import { afterAll, beforeAll, expect } from "vitest";
import { createCrmApp } from "./app.ts";
import { listCrmTables } from "./testing/crm-tables.ts";

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer("eu");
});
afterAll(async () => {
  await issuer.close();
});

dbTest("CRM-9 an officer sees the imports, newest first, and nobody else does", async ({ cellDb }) => {
  await cellDb.sql`
    insert into crm.import_run (id, file, file_digest, mapping, mapping_digest, status, lines_read, lines_stored, rejected, started_at, ended_at) values
      ('00000000-0000-7000-8000-000000000001', 'march.csv', 'a', 'shop.yaml', 'm', 'done', 10, 9, 1, '2026-03-01 10:00Z', '2026-03-01 10:01Z'),
      ('00000000-0000-7000-8000-000000000002', 'april.csv', 'b', 'shop.yaml', 'm', 'running', 0, 0, 0, '2026-04-01 10:00Z', null)`;
  const audience = audienceOf("eu", "crm");
  const app = createCrmApp({
    cell: "eu",
    database: cellDb.open("crm"),
    log: createLog("crm", "silent"),
    clock: systemClock,
    readiness: () => "ok",
    verify: tokenVerifier({ issuer: issuer.issuer, audience, cell: "eu" }),
  });
  const server = await listen(app.listener);
  const get = async (roles: readonly string[], scope = "crm:oversee") => {
    const token = await issuer.token({ audience, clientId: "portal", scope, roles, staffId: "olga.officer" });
    return await fetch(`${server.url}/v1/imports`, { headers: { authorization: `Bearer ${token}` } });
  };
  try {
    const answer = await get(["officer"]);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      imports: [
        {
          id: "00000000-0000-7000-8000-000000000002",
          file: "april.csv",
          mapping: "shop.yaml",
          startedAt: "2026-04-01T10:00:00.000Z",
          endedAt: null,
          status: "running",
          linesRead: 0,
          linesStored: 0,
          rejected: 0,
        },
        {
          id: "00000000-0000-7000-8000-000000000001",
          file: "march.csv",
          mapping: "shop.yaml",
          startedAt: "2026-03-01T10:00:00.000Z",
          endedAt: "2026-03-01T10:01:00.000Z",
          status: "done",
          linesRead: 10,
          linesStored: 9,
          rejected: 1,
        },
      ],
    });
    expect((await get(["sales"])).status).toBe(403);
    expect((await get(["officer"], "crm:nothing")).status).toBe(403);
    expect((await fetch(`${server.url}/v1/imports`)).status).toBe(401);
  } finally {
    await server.close();
  }
});

dbTest("CRM-9 records may read the CRM's data and none of its bookkeeping; the other services may read nothing", async ({ cellDb }) => {
  const tables = await listCrmTables(cellDb.sql);
  const data = tables.filter((table) => !table.startsWith("import_"));
  expect(data).toHaveLength(11);
  const readable = async (service: string) => {
    const rows = await cellDb.sql<{ table: string }[]>`
      select t as table from unnest(${tables}::text[]) t
      where has_schema_privilege(${`behest_eu_${service}`}, 'crm', 'usage') and has_table_privilege(${`behest_eu_${service}`}, 'crm.' || t, 'select')`;
    return rows.map((row) => row.table);
  };
  expect(await readable("records")).toEqual(data);
  expect(await readable("consent")).toEqual([]);
  expect(await readable("portal")).toEqual([]);
  const writable = await cellDb.sql`
    select t from unnest(${tables}::text[]) t, unnest(array['insert', 'update', 'delete', 'truncate']) p
    where has_table_privilege('behest_eu_consent', 'crm.' || t, p) or has_table_privilege('behest_eu_portal', 'crm.' || t, p) or has_table_privilege('behest_eu_records', 'crm.' || t, 'truncate')`;
  expect(writable).toEqual([]);
});
