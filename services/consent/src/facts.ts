/** What a ledger event says, by its kind. Ids, codes and commitments, and the residence that only the subject's key can open. */
import { evidenceConditions } from "@behest/contracts/consent";
import type { LedgerEventKind } from "@behest/contracts/events";
import { Channel } from "@behest/contracts/ids";
import { z } from "zod";

export const Residence = z.strictObject({
  countries: z.array(z.string()),
  subdivision: z.string().nullable(),
  timeZone: z.string().nullable(),
  birthYear: z.int().nullable(),
});
export type Residence = z.infer<typeof Residence>;

/** By channel: salted commitment to the contact point on record. */
export const ContactPoints = z.partialRecord(Channel, z.string());
export type ContactPoints = z.infer<typeof ContactPoints>;

const Notice = { noticeVersion: z.string(), noticeHash: z.string() };
const ofPurpose = <K extends LedgerEventKind>(kind: K) => z.strictObject({ kind: z.literal(kind), purpose: z.string() });
const ofSubject = <K extends LedgerEventKind>(kind: K) => z.strictObject({ kind: z.literal(kind) });

/** `residence: null`: its key is destroyed, nobody can say any more. */
export const Fact = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("enrolled"), residence: Residence.nullable(), contactPoints: ContactPoints }),
  z.strictObject({ kind: z.literal("residence_changed"), residence: Residence.nullable() }),
  z.strictObject({ kind: z.literal("contact_point_changed"), contactPoints: ContactPoints }),
  z.strictObject({
    kind: z.literal("granted"),
    purpose: z.string(),
    ...Notice,
    confirmed: z.boolean(),
    separate: z.boolean(),
    contact: z.strictObject({ channel: Channel, hash: z.string() }).optional(),
    expiresAt: z.string().optional(),
    givenBy: z.enum(["subject", "guardian"]),
  }),
  ofPurpose("confirmed"),
  z.strictObject({ kind: z.literal("refused"), purpose: z.string(), ...Notice }),
  ofPurpose("withdrawn"),
  ofPurpose("objected"),
  ofPurpose("objection_lifted"),
  ofSubject("restricted"),
  ofSubject("restriction_lifted"),
  ofSubject("erased"),
  z.strictObject({
    kind: z.literal("evidence_recorded"),
    channel: Channel,
    conditions: z.array(
      z.strictObject({
        condition: z.enum(evidenceConditions),
        at: z.string(),
        /** Proof for this purpose alone. */
        purpose: z.string().exactOptional(),
        /** Commitment to the contact point on record then; left out: none was. */
        contact: z.string().exactOptional(),
      }),
    ),
  }),
]);
export type Fact = z.infer<typeof Fact>;
export type FactOf<K extends Fact["kind"]> = Extract<Fact, { kind: K }>;

/** The purpose that a fact is about, for the kinds that are about one. */
export const purposeOf = (fact: Fact): string | undefined => ("purpose" in fact ? fact.purpose : undefined);
