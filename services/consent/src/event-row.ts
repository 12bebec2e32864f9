/** Between a fact and the two halves in which a row keeps it: what stays for ever, and what only the subject's key can open. */
import { z } from "zod";
import { Fact, Residence, purposeOf } from "./facts.ts";
import { open, seal, type SubjectKey } from "./sealed.ts";

/** How an event came about: proof that is not needed to decide. Codes and ids, no contact point. */
export const Origin = z.strictObject({
  actor: z.enum(["subject", "service", "link"]),
  client: z.string(),
  /** Language in which the notice was read. */
  locale: z.string().optional(),
  /** Where the proof lies: a case, an order, a check run. */
  references: z.array(z.string()).optional(),
});
export type Origin = z.infer<typeof Origin>;

const Sealed = z.strictObject({ origin: Origin, residence: Residence.optional() });
const Plain = z.record(z.string(), z.json());

export type EventHalves = { kind: Fact["kind"]; purpose: string | null; facts: z.infer<typeof Plain>; evidence: string };

export function splitFact(commitmentKey: Buffer, key: SubjectKey, eventId: string, fact: Fact, origin: Origin): EventHalves {
  const { kind, ...rest } = fact;
  const { purpose: _purpose, residence, ...facts } = { purpose: undefined, residence: undefined, ...rest };
  const sealed = { origin, ...(residence === undefined || residence === null ? {} : { residence }) };
  return { kind, purpose: purposeOf(fact) ?? null, facts: Plain.parse(facts), evidence: seal(commitmentKey, key, eventId, sealed) };
}

type StoredHalves = { eventId: string; kind: string; purpose: string | null; facts: unknown; evidence: string | null };

/** `key: undefined`: destroyed at erasure. The fact is still there, without what the key alone could tell. */
export function joinFact(commitmentKey: Buffer, key: SubjectKey | undefined, row: StoredHalves): { fact: Fact; origin: Origin | null } {
  const sealed = key === undefined || row.evidence === null ? null : Sealed.parse(open(commitmentKey, key, row.eventId, row.evidence));
  const aboutResidence = row.kind === "enrolled" || row.kind === "residence_changed";
  const fact = Fact.parse({
    kind: row.kind,
    ...Plain.parse(row.facts),
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
    ...(aboutResidence ? { residence: sealed?.residence ?? null } : {}),
  });
  return { fact, origin: sealed?.origin ?? null };
}
