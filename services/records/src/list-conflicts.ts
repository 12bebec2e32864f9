/** People whose residence evidence disagrees, newest first: for an officer to resolve, never resolved silently. */
import { SubjectId, type Cell } from "@behest/contracts/ids";
import type { listConflicts as contract } from "@behest/contracts/records";
import type { InputOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { asc, eq } from "drizzle-orm";
import type { Door } from "./door.ts";
import { externalReference, subject } from "./schema.ts";

type Conflict = { subject: SubjectId; source: string; key: string; countries: string[]; cell: Cell; foundAt: string };

export const listConflicts =
  (door: Door) =>
  async (tx: Tx, _actor: Actor, { query }: InputOf<typeof contract>): Promise<{ conflicts: Conflict[] }> => {
    const rows = await tx
      .select({
        subject: subject.id,
        source: externalReference.source,
        key: externalReference.key,
        countries: subject.countries,
        foundAt: subject.changedAt,
      })
      .from(subject)
      .innerJoin(externalReference, eq(externalReference.subject, subject.id))
      .where(eq(subject.conflict, true))
      .orderBy(asc(externalReference.key))
      .limit(query.limit);
    return {
      conflicts: rows.map((row) => ({
        ...row,
        subject: SubjectId.parse(row.subject),
        cell: door.cell,
        foundAt: row.foundAt.toISOString(),
      })),
    };
  };
