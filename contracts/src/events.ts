/** What happens to a person's data in the ledger, and how readers of the change feed see it. */
import { z } from "zod";
import { Instant, Revision, SubjectId } from "./ids.ts";

export const ledgerEventKinds = [
  "enrolled",
  "residence_changed",
  "contact_point_changed",
  "granted",
  "refused",
  "confirmed",
  "withdrawn",
  "objected",
  "objection_lifted",
  "restricted",
  "restriction_lifted",
  "erased",
  "evidence_recorded",
] as const;
export const LedgerEventKind = z.enum(ledgerEventKinds).meta({ id: "LedgerEventKind" });
export type LedgerEventKind = z.infer<typeof LedgerEventKind>;

/** Events after which the answer may only be no: they go to the stop log before the database (architecture: Stops). */
export const stopEventKinds = ["withdrawn", "refused", "objected", "restricted", "erased"] as const satisfies readonly LedgerEventKind[];

export const LedgerEvent = z
  .strictObject({
    id: z.string(),
    subject: SubjectId,
    kind: LedgerEventKind,
    purpose: z.string().optional(),
    at: Instant,
    revision: Revision,
    version: z.int().min(1),
  })
  .meta({ id: "LedgerEvent" });
export type LedgerEvent = z.infer<typeof LedgerEvent>;
