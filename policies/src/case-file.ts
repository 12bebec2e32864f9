/** The shape of a `*.test.yaml` file: what must come of the rules beside it. README § Cases says what each default is. */
import { evidenceConditions } from "@behest/contracts/consent";
import { ReasonCode, Obligation, Reason } from "@behest/contracts/decision";
import { Cell, Channel, Country, Instant } from "@behest/contracts/ids";
import { z } from "zod";
import { Basis, CategoryCode, JurisdictionCode, Zone } from "./schema.ts";

const Text = z.string().min(1);
const byChannel = <S extends z.ZodType>(schema: S) => z.partialRecord(Channel, schema);

const Ask = z.strictObject({
  client: Text,
  roles: z.array(Text).nullable().default(null),
  purpose: Text,
  channel: Channel.optional(),
  usedIn: Country.optional(),
  categories: z.array(Text).optional(),
  cell: Cell.optional(),
  at: Instant.default("2026-11-23T12:00:00Z"),
  contactNow: z.boolean().default(false),
});

const status = z.enum(["granted", "refused", "withdrawn"]);
const Consent = z.union([
  status,
  z.strictObject({
    status,
    at: Instant.optional(),
    confirmed: z.boolean().default(true),
    separate: z.boolean().default(true),
    noticeVersion: Text.optional(),
    noticeHash: Text.optional(),
    contact: byChannel(Text)
      .refine((contact) => Object.keys(contact).length === 1, "one channel")
      .optional(),
    expiresAt: Instant.optional(),
    givenBy: z.enum(["subject", "guardian"]).default("subject"),
  }),
]);

const Proved = z.union([z.array(z.enum(evidenceConditions)), z.partialRecord(z.enum(evidenceConditions), Instant)]);
const Evidence = z.union([
  Proved,
  z.strictObject({
    proved: Proved,
    purpose: Text.optional(),
    contact: Text.nullable().optional().describe("the address on record then; null: none was; left out: the one of today"),
  }),
]);

const Person = z.strictObject({
  countries: z.array(Country).default([]),
  subdivision: Text.nullable().default(null),
  timeZone: Text.nullable().default(null),
  birthYear: z.int().nullable().default(null),
  restricted: z.boolean().default(false),
  status: z.enum(["active", "erased"]).default("active"),
  consents: z.record(Text, Consent).default({}),
  objections: z.array(Text).default([]),
  contactPoints: byChannel(Text).default({}),
  evidence: byChannel(Evidence).default({}),
  contacts: byChannel(z.union([z.int().min(1), z.array(Instant)])).default({}),
});

const Expected = z
  .strictObject({
    allowed: z.boolean(),
    reasons: z
      .array(z.union([ReasonCode, Reason.partial().required({ code: true })]))
      .min(1)
      .optional(),
    obligations: z.array(z.union([Obligation.shape.kind, Obligation])).optional(),
  })
  .refine(({ allowed, reasons }) => allowed !== (reasons !== undefined), "reasons are written where it is denied, and only there");

export const DecisionCase = z.strictObject({ name: Text, ask: Ask, person: Person.nullable().prefault({}), expect: Expected });
export type DecisionCase = z.infer<typeof DecisionCase>;

export const FieldCase = z.strictObject({
  name: Text,
  ask: Ask,
  person: Person.nullable().prefault({}),
  source: Text.default("crm"),
  readable: z.array(Text).default([]),
  withheld: z.partialRecord(ReasonCode, z.array(Text).min(1)).default({}),
});
export type FieldCase = z.infer<typeof FieldCase>;

const Place = z.strictObject({
  countries: z.array(Country).optional(),
  recognised: z.boolean().optional(),
  cell: Cell.optional(),
  jurisdictions: z.union([z.literal("all"), z.array(JurisdictionCode)]).optional(),
  zone: Zone.nullable().optional(),
  timeZones: z.array(Text).optional(),
});
export type Place = z.infer<typeof Place>;

export const CaseFile = z.strictObject({
  cases: z.array(DecisionCase).default([]),
  residency: z.record(Text, z.union([Country, Place])).default({}),
  fields: z.array(FieldCase).default([]),
  columns: z.record(Text, z.record(CategoryCode, z.array(Text).min(1))).default({}),
  bases: z.record(Text, z.record(JurisdictionCode, Basis.partial())).default({}),
  maps: z.record(Text, z.record(Text, z.record(Text, z.unknown()))).default({}),
  controllers: z.record(Text, z.partialRecord(Cell, Text)).default({}),
  needs: z.record(Text, z.array(CategoryCode).min(1)).default({}),
  rules: z.record(JurisdictionCode, z.partialRecord(Channel, z.record(Text, z.unknown()))).default({}),
});
export type CaseFile = z.infer<typeof CaseFile>;
