/** The question and the answer: what `decide()` is asked, and what every service repeats of its answer. */
import { z } from "zod";
import { Channel, Country, Instant, PurposeCode, Revision } from "./ids.ts";
import { text } from "./text.ts";

/** Why not: stable codes, one for each way a use can be refused. Words are made from them later. */
export const reasonCodes = [
  "purpose_unknown",
  "category_unknown",
  "caller_unknown",
  "purpose_not_granted",
  "category_not_needed",
  "subject_unknown",
  "subject_erased",
  "wrong_cell",
  "not_permitted",
  "transfer_pair_unknown",
  "transfer_mechanism_missing",
  "transfer_prohibited",
  "restricted",
  "objected",
  "opted_out",
  "guardian_consent_missing",
  "legal_basis_missing",
  "consent_not_recorded",
  "consent_refused",
  "consent_withdrawn",
  "consent_expired",
  "consent_unconfirmed",
  "consent_not_separate",
  "notice_outdated",
  "contact_point_changed",
  "soft_opt_in_evidence_missing",
  "opt_out_evidence_missing",
  "register_check_missing",
  "channel_not_for_purpose",
  "channel_rule_unknown",
  "quiet_hours",
  "time_zone_unknown",
  "frequency_cap_reached",
  "field_unmapped",
  "not_in_your_portfolio",
  "stale",
] as const;
export const ReasonCode = z.enum(reasonCodes).meta({ id: "ReasonCode" });
export type ReasonCode = z.infer<typeof ReasonCode>;

export const Reason = z
  .strictObject({
    code: ReasonCode,
    purpose: z.string().optional(),
    category: z.string().optional(),
    channel: z.string().optional(),
    jurisdiction: z.string().optional(),
    country: z.string().optional(),
    cell: z.string().optional(),
    condition: z.string().optional(),
    until: Instant.optional(),
    citation: z.string().optional(),
  })
  .meta({ id: "Reason" });
export type Reason = z.infer<typeof Reason>;

export const Obligation = z
  .strictObject({
    /** `mask`: hide these categories · `region-pin`: keep within these cells · `transfer-ledger`: write a ledger line · `unsubscribe-link`: every message carries one · `objection-notice`: say at each use how to object. */
    kind: z.enum(["mask", "region-pin", "transfer-ledger", "unsubscribe-link", "objection-notice"]),
    categories: z.array(z.string()).optional(),
    cells: z.array(z.string()).optional(),
    mechanism: z.string().optional(),
    citation: z.string().optional(),
  })
  .meta({ id: "Obligation" });
export type Obligation = z.infer<typeof Obligation>;

export const Decision = z
  .strictObject({
    allowed: z.boolean(),
    reasons: z.array(Reason),
    obligations: z.array(Obligation),
    revision: Revision,
    ageMs: z.int().min(0),
    policy: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    validUntil: Instant.optional(),
  })
  .meta({ id: "Decision" });
export type Decision = z.infer<typeof Decision>;

/** One question. `subject` and `purpose` are free text here: what is unknown is denied with its code, not refused as malformed. */
export const Check = z
  .strictObject({
    subject: z.string().min(1).max(200),
    purpose: z.string().min(1).max(200),
    channel: Channel.optional(),
    usedIn: Country.optional(),
    categories: z.array(z.string().min(1).max(100)).max(100).optional(),
    minRevision: Revision.optional(),
  })
  .meta({ id: "Check" });
export type Check = z.infer<typeof Check>;

export const ContactQuestion = z
  .strictObject({
    subject: z.string().min(1).max(200),
    purpose: PurposeCode,
    channel: Channel,
    campaign: text(1, 100).optional(),
    usedIn: Country.optional(),
    minRevision: Revision.optional(),
  })
  .meta({ id: "ContactQuestion" });
