/** The person behind a subject id, or nobody. */
import { SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { Tx } from "@behest/runtime/database";
import { and, eq } from "drizzle-orm";
import type { Door, Enrolled } from "./door.ts";
import { externalReference, subject } from "./schema.ts";

/** An id of another cell is 421 and names it; what is no id at all is nobody's. */
export function subjectOfThisCell(door: Door, asked: string): SubjectId | undefined {
  const parsed = SubjectId.safeParse(asked);
  if (!parsed.success) return undefined;
  const cell = parsed.data.slice(0, 2);
  if (cell !== door.cell) throw new Problem("wrong_cell", { cell });
  return parsed.data;
}

export async function findEnrolled(tx: Tx, id: SubjectId | undefined): Promise<Enrolled | undefined> {
  if (id === undefined) return undefined;
  const [row] = await tx.select({ source: subject.source, personKey: subject.personKey }).from(subject).where(eq(subject.id, id));
  return row ? { id, ...row } : undefined;
}

export async function findByReference(tx: Tx, source: string, key: string): Promise<Enrolled | undefined> {
  const [row] = await tx
    .select({ id: subject.id, source: subject.source, personKey: subject.personKey })
    .from(externalReference)
    .innerJoin(subject, eq(subject.id, externalReference.subject))
    .where(and(eq(externalReference.source, source), eq(externalReference.key, key)));
  return row ? { ...row, id: SubjectId.parse(row.id) } : undefined;
}
