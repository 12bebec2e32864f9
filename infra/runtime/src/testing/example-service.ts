/** The smallest service with one route of each kind of policy. Only for the runtime's own tests. */
import { audienceOf, SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import { route, type RoutePolicy } from "@behest/contracts/route";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { tokenVerifier } from "../actor.ts";
import { systemClock } from "../clock.ts";
import { bind, bindPublic, createApp, type AppOptions, type ServiceApp } from "../http.ts";
import { createLog } from "../log.ts";
import type { CellDb } from "./database.ts";

const own: RoutePolicy = { access: { scope: "consent:own", actors: ["subject"] }, owner: "self", repeat: "read" };
const ofService: RoutePolicy = { access: { scope: "consent:stop", actors: ["service"] }, owner: "cell", repeat: "key" };
const params = z.strictObject({ subject: SubjectId });
const Tally = z.strictObject({ subject: z.string(), rows: z.int() });

export const readTally = route({
  id: "readTally",
  method: "get",
  path: "/v1/subjects/{subject}/tally",
  summary: "How often",
  policy: own,
  params,
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(9).default(5) }),
  answers: { 200: { description: "tally", schema: Tally } },
});
export const addTally = route({
  id: "addTally",
  method: "post",
  path: "/v1/subjects/{subject}/tally",
  summary: "Once more",
  policy: { ...ofService, bodyBytesMax: 2_000 },
  params,
  body: z.strictObject({ note: z.string().max(1_000), amount: z.int(), nested: z.strictObject({ flag: z.boolean() }).optional() }),
  answers: { 201: { description: "added", schema: Tally } },
});
export const listOf = route({
  id: "listOf",
  method: "post",
  path: "/v1/lists",
  summary: "Many at once",
  policy: { ...ofService, owner: "listed", repeat: "read" },
  body: z.strictObject({ subjects: z.array(z.string()).max(3) }),
  answers: { 200: { description: "answers", schema: z.strictObject({ known: z.array(z.boolean()) }) } },
});
export const overseeTally = route({
  id: "overseeTally",
  method: "get",
  path: "/v1/tallies",
  summary: "All",
  answers: { 200: { description: "all", schema: z.strictObject({ rows: z.int() }) } },
  policy: { access: { scope: "records:oversee", actors: ["staff"], staffRoles: ["officer"] }, owner: "none", repeat: "read" },
});
export const readMotto = route({
  id: "readMotto",
  method: "get",
  path: "/v1/motto",
  summary: "For everyone",
  policy: { access: "public", owner: "none", repeat: "read" },
  answers: { 200: { description: "motto", schema: z.strictObject({ text: z.string() }) } },
});
export const exampleRoutes = [readTally, addTally, listOf, overseeTally, readMotto];

/** `onAdd` runs inside addTally's transaction, so that a test can hold or break it. */
export type ExampleHooks = { onAdd?: () => Promise<void> };

export async function createExample(
  cellDb: Pick<CellDb, "sql" | "open">,
  issuer: string,
  hooks: ExampleHooks = {},
  changed: Partial<AppOptions> = {},
): Promise<ServiceApp> {
  await cellDb.sql.unsafe(
    "create table if not exists consent.tally (subject text not null, note text not null); grant select, insert on consent.tally to behest_eu_consent",
  );
  const app = createApp({
    service: "consent",
    cell: "eu",
    database: cellDb.open("consent"),
    verify: tokenVerifier({ issuer, audience: audienceOf("eu", "consent"), cell: "eu" }),
    log: createLog("consent", "silent"),
    clock: systemClock,
    readiness: () => "ok",
    docs: { openapi: "3.1.0", info: { title: "Example", version: "1" }, paths: {} },
    ...changed,
  });
  bind(app, readTally, async (tx, _actor, { params: { subject } }) => {
    const rows = await tx.execute(sql`select 1 from tally where subject = ${subject}`);
    if (rows.length === 0) throw new Problem("subject_unknown");
    return { status: 200, body: { subject, rows: rows.length } };
  });
  bind(app, addTally, async (tx, _actor, { params: { subject }, body }) => {
    await tx.execute(sql`insert into tally (subject, note) values (${subject}, ${body.note})`);
    await hooks.onAdd?.();
    if (body.note === "surplus") return { status: 201, body: { subject, rows: 1, surplus: "leaks" } };
    const rows = await tx.execute(sql`select 1 from tally where subject = ${subject}`);
    return { status: 201, body: { subject, rows: rows.length } };
  });
  bind(app, listOf, async (_tx, _actor, { body }) => ({ status: 200, body: { known: body.subjects.map(() => false) } }));
  bind(app, overseeTally, async (tx) => ({ status: 200, body: { rows: (await tx.execute(sql`select 1 from tally`)).length } }));
  bindPublic(app, readMotto, async () => ({ status: 200, body: { text: "At your behest" } }));
  return app;
}
