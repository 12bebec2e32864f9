/** The newest imports of this cell, for an officer. */
import type { listImports as contract } from "@behest/contracts/crm";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { sql } from "drizzle-orm";
import { z } from "zod";

const importsMax = 100;
const Instant = z.coerce.date().transform((at) => at.toISOString());
const Rows = z.array(
  z.object({
    id: z.string(),
    file: z.string(),
    mapping: z.string(),
    startedAt: Instant,
    endedAt: Instant.nullable(),
    status: z.enum(["running", "done", "failed"]),
    linesRead: z.int(),
    linesStored: z.int(),
    rejected: z.int(),
  }),
);

export async function listImports(tx: Tx, _actor: Actor, _input: InputOf<typeof contract>): Promise<ReplyOf<typeof contract>> {
  const rows = await tx.execute(sql`
    select id, file, mapping, started_at as "startedAt", ended_at as "endedAt", status,
           lines_read as "linesRead", lines_stored as "linesStored", rejected
    from crm.import_run order by started_at desc, id desc limit ${importsMax}`);
  return { status: 200, body: { imports: Rows.parse(rows) } };
}
