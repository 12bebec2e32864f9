import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { until } from "@behest/runtime/testing/until";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startProductionCell, type ProductionCell } from "./production-cell.ts";
import { check, root, send, tokenOf } from "./stack.ts";

const running: Partial<Record<"eu" | "cn", ProductionCell>> = {};
const subjects: Partial<Record<"eu" | "cn", string>> = {};

beforeAll(async () => {
  for (const [cell, country, given] of [
    ["eu", "DE", "Germany"],
    ["cn", "CN", "中国"],
  ] as const) {
    const started = await startProductionCell(cell);
    running[cell] = started;
    const sql = postgres(started.database, { max: 1 });
    await sql`insert into crm.contact (source, external_key, given_name, family_name, email, country, country_as_given) values ('shop', 'one', 'Test', 'Person', 'test.person@example.com', ${country}, ${given})`;
    await sql.end();
    const token = await tokenOf("records", "records", cell);
    expect((await send(token, "POST", `${started.records}/v1/enrolment-runs`, {})).status).toBe(202);
    const lookup = await tokenOf(cell === "eu" ? "support-desk" : "marketing", "records", cell);
    subjects[cell] = await until(
      async () =>
        z
          .object({ subject: z.string() })
          .safeParse((await send(lookup, "POST", `${started.records}/v1/lookups`, { source: "shop", key: "one" })).body).data?.subject,
      60,
    );
  }
});
afterAll(async () => {
  for (const cell of Object.values(running)) await cell.stop();
});

const at = (cell: "eu" | "cn"): { urls: ProductionCell; subject: string } => {
  const [urls, subject] = [running[cell], subjects[cell]];
  if (!urls || subject === undefined) throw new Error(`${cell} did not start`);
  return { urls, subject };
};

test("JOURNEYS-5: a person of eu asked about in cn is 421 and the right cell is named; the data is not there either", async () => {
  const [eu, cn] = [at("eu"), at("cn")];
  const checks = [{ subject: eu.subject, purpose: "marketing-email" }];
  expect(await send(await tokenOf("marketing", "consent", "cn"), "POST", `${cn.urls.consent}/v1/checks`, { checks })).toMatchObject({
    status: 421,
    body: { code: "wrong_cell", cell: "eu" },
  });
  expect(
    await send(await tokenOf("support-desk", "records", "cn"), "POST", `${cn.urls.records}/v1/reads`, {
      subject: eu.subject,
      purpose: "service-support",
    }),
  ).toMatchObject({ status: 421, body: { cell: "eu" } });
  const sql = postgres(cn.urls.database, { max: 1 });
  expect(await sql`select 1 from records.subject where id like 'eu\\_%'`).toHaveLength(0);
  await sql.end();
});

test("JOURNEYS-5: a mixed batch is answered for one's own people, each other in its place", async () => {
  const [eu, cn] = [at("eu"), at("cn")];
  const { status, body } = await send(await tokenOf("marketing", "consent", "cn"), "POST", `${cn.urls.consent}/v1/checks`, {
    checks: [
      { subject: eu.subject, purpose: "marketing-email" },
      { subject: cn.subject, purpose: "marketing-email" },
    ],
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    decisions: [{ reasons: [{ code: "wrong_cell", cell: "eu" }] }, { reasons: [{ code: "consent_not_recorded" }] }],
  });
});

test("JOURNEYS-5: a token of one cell is worth nothing in another", async () => {
  const { urls, subject } = at("cn");
  const answer = await send(await tokenOf("marketing", "consent", "eu"), "POST", `${urls.consent}/v1/checks`, {
    checks: [{ subject, purpose: "marketing-email" }],
  });
  expect(answer.status).toBe(401);
});

test("JOURNEYS-5: eu data for use in China is denied without a mechanism; with one it is allowed and stands in the transfer ledger", async () => {
  const { urls, subject } = at("eu");
  const read = async (client: string) =>
    send(await tokenOf(client, "records"), "POST", `${urls.records}/v1/reads`, { subject, purpose: "service-support", usedIn: "CN" });
  expect(await read("support-desk")).toMatchObject({
    status: 200,
    body: { tables: [], decision: { allowed: false, reasons: [{ code: "transfer_mechanism_missing" }] } },
  });
  expect(await read("overseas-support")).toMatchObject({ status: 200, body: { decision: { allowed: true } } });
  const { body } = await send(await tokenOf("olaf.officer@example.com", "records"), "GET", `${urls.records}/v1/transfers`);
  expect(body).toMatchObject({
    transfers: [{ subject, to: "CN", purpose: "service-support", client: "overseas-support", citation: expect.stringMatching(/\d/) }],
  });
  expect(
    await check(urls.consent, await tokenOf("support-desk", "consent"), { subject, purpose: "service-support", usedIn: "CN" }),
  ).toMatchObject({ allowed: false });
});

test("JOURNEYS-5: in production a process that is given two cells, or no secrets, refuses to start and says why", () => {
  const started = spawnSync(process.execPath, [join(root, "services/consent/src/main.ts")], {
    encoding: "utf8",
    timeout: 30_000,
    env: { PATH: process.env["PATH"] ?? "", BEHEST_MODE: "production", BEHEST_CELLS: "eu,cn" },
  });
  expect(started.status).toBe(1);
  expect(started.stdout + started.stderr).toMatch(/exactly one cell in production/);
  expect(started.stdout + started.stderr).toMatch(/STOP_LOG_KEY_EU is missing/);
});
