/** Ledger events as readers see them: never what is sealed. */
import { type LedgerEvent, LedgerEventKind } from "@behest/contracts/events";
import { SubjectId } from "@behest/contracts/ids";
import type { Tx } from "@behest/runtime/database";
import { and, asc, desc, eq, gt, isNull } from "drizzle-orm";
import { receipt, subjectEvent } from "./schema.ts";
import { revisionOf, shardOf } from "./shard.ts";

/** Newest first. */
export async function eventsOf(tx: Tx, epoch: number, subject: string, limit: number): Promise<LedgerEvent[]> {
  const rows = await tx.select().from(subjectEvent).where(ofSubject(subject)).orderBy(desc(subjectEvent.version)).limit(limit);
  return rows.map((row) => asEvent(row, epoch));
}

/** The subject's last event of one kind, about one purpose where the kind is about one. */
export async function lastEvent(
  tx: Tx,
  epoch: number,
  subject: string,
  kind: LedgerEventKind,
  purpose: string | undefined,
): Promise<LedgerEvent | undefined> {
  const about = purpose === undefined ? isNull(subjectEvent.purpose) : eq(subjectEvent.purpose, purpose);
  const [row] = await tx
    .select()
    .from(subjectEvent)
    .where(and(ofSubject(subject), eq(subjectEvent.kind, kind), about))
    .orderBy(desc(subjectEvent.version))
    .limit(1);
  return row === undefined ? undefined : asEvent(row, epoch);
}

/** Events of one shard behind a position, in the order of commits. */
export async function eventsAfter(tx: Tx, epoch: number, shard: number, after: number, limit: number): Promise<LedgerEvent[]> {
  const rows = await tx
    .select()
    .from(subjectEvent)
    .where(and(eq(subjectEvent.shard, shard), gt(subjectEvent.position, after)))
    .orderBy(asc(subjectEvent.position))
    .limit(limit);
  return rows.map((row) => asEvent(row, epoch));
}

/** The receipt's id, where the event has one. */
export async function receiptOf(tx: Tx, subject: string, eventId: string): Promise<string | null> {
  const [row] = await tx
    .select({ receipt: receipt.receipt })
    .from(receipt)
    .where(and(eq(receipt.shard, shardOf(subject)), eq(receipt.eventId, eventId)));
  return row?.receipt ?? null;
}

const ofSubject = (subject: string) => and(eq(subjectEvent.shard, shardOf(subject)), eq(subjectEvent.subject, subject));

/** In the current epoch: what survived a restore stands at the same position there. */
function asEvent(row: typeof subjectEvent.$inferSelect, epoch: number): LedgerEvent {
  return {
    id: row.eventId,
    subject: SubjectId.parse(row.subject),
    kind: LedgerEventKind.parse(row.kind),
    at: row.at.toISOString(),
    revision: revisionOf(epoch, row.shard, row.position),
    version: row.version,
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
  };
}
