/** The shape of every policy file. One zod schema a kind of file; the published JSON Schemas are made from these. */
import { evidenceConditions } from "@behest/contracts/consent";
import { Cell, Channel, Country, PurposeCode, channels } from "@behest/contracts/ids";
import { z } from "zod";

const Text = z.string().trim().min(1);
/** What a person reads: all four languages or none. */
export const Words = z.strictObject({ en: Text, de: Text, ja: Text, "zh-CN": Text });
export type Words = z.infer<typeof Words>;

/** Where a rule comes from. status: V read in the statute · V2 read in a secondary source · K from knowledge, to be verified · house: our own rule, stricter than law. */
const Cited = { citation: Text, status: z.enum(["V", "V2", "K", "house"]) };

export const CategoryCode = z.string().regex(/^[a-z][a-z0-9-]*$/);
export const JurisdictionCode = z.string().regex(/^[A-Z]{2}(-[A-Z]{2})?$/);
export const Zone = z.enum(["EU", "UK", "US", "CN", "JP", "BR", "IN", "KR", "SG", "CH"]);
export type Zone = z.infer<typeof Zone>;
const Code = z.string().regex(/^[a-z][a-z0-9-]*$/);
const ColumnName = z.string().regex(/^[a-z][a-z0-9_]*$/);

/** policies/set.yaml */
export const SetFile = z.strictObject({ version: z.string().regex(/^\d{4}-\d{2}-\d{2}\.\d+$/, "date and number, such as 2026-11-22.1") });

/**
 * Why the law lets a purpose use data. `consent`: only if granted · `channel-rule`: as the jurisdiction's rule for the channel says ·
 * `opt-out`: allowed on recorded evidence of each condition, until the person opts out · `legitimate-interest`: until objected ·
 * `contract`, `legal-obligation`: told, not asked · `prohibited`.
 */
export const Basis = z.strictObject({
  kind: z.enum(["consent", "channel-rule", "opt-out", "legitimate-interest", "contract", "legal-obligation", "prohibited"]),
  /** For `opt-out`: each must have been recorded. */
  conditions: z.array(z.enum(evidenceConditions)).min(1).optional(),
  ...Cited,
});
export type Basis = z.infer<typeof Basis>;

/** policies/purposes/<purpose>.yaml */
export const PurposeFile = z.strictObject({
  purpose: PurposeCode,
  channels: z.array(Channel),
  categories: z.array(CategoryCode).min(1),
  /** Months that a grant lasts; null: until withdrawn. */
  lastsMonths: z.int().min(1).max(120).nullable(),
  /** By jurisdiction, the most specific wins (US-CA, then US, then default). */
  basis: z.record(z.union([JurisdictionCode, z.literal("default")]), Basis).refine((b) => "default" in b, "a default is needed"),
  name: Words,
  description: Words,
  benefit: Words,
  recipients: z.array(Words).min(1),
  notice: z.strictObject({ version: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), text: Words }),
});
export type PurposeFile = z.infer<typeof PurposeFile>;

/** policies/callers/<client>.yaml: what a client may claim, alone (`purposes`) and on behalf of staff (`staff`: role → purposes). */
export const CallerFile = z.strictObject({
  client: Code,
  name: Words,
  purposes: z.array(PurposeCode),
  staff: z.record(Code, z.array(PurposeCode).min(1)).default({}),
  /** May it read reasons that tell on a person (minor, restricted, erased)? Others read not_permitted. */
  tellingReasons: z.boolean(),
  /** Where its work is done, if not where the data lie: it uses them there unless it says elsewhere. */
  country: Country.optional(),
});
export type CallerFile = z.infer<typeof CallerFile>;

/** policies/callers/roles.yaml: whom a member of staff may see. */
export const RolesFile = z.strictObject({
  roles: z.record(Code, z.strictObject({ name: Words, sees: z.enum(["everyone", "own", "team", "nobody"]) })),
});

/** policies/controllers/<code>.yaml: which legal entity answers for which source in which cell. */
export const ControllerFile = z.strictObject({
  controller: Code,
  legalName: Text,
  country: Country,
  address: Text,
  contact: Text,
  sources: z.array(z.strictObject({ source: Code, cells: z.array(Cell).min(1) })).min(1),
});

/** policies/data-map/categories.yaml */
export const CategoriesFile = z.strictObject({
  categories: z.record(CategoryCode, z.strictObject({ name: Words, sensitive: z.boolean(), kept: Words })),
});

/** `none`: about nobody · `delete` the row or value · `anonymise`: blank it, keep the row · `keep`: proof that must stay, holds no personal data after its key is destroyed. */
const Erasure = z.enum(["none", "delete", "anonymise", "keep"]);
const Column = z.strictObject({ category: CategoryCode, label: Words.optional(), erasure: Erasure.optional() });
export const MapTable = z.strictObject({
  label: Words.optional(),
  /**
   * How a row is about a person. `person`: the row is the person · `link`: its column names a row of another mapped table, whose person it shares ·
   * `subject`: a column holds the subject id · `nobody`: holds no personal data, with the reason.
   */
  about: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("person"),
      key: ColumnName,
      reference: ColumnName,
      referenceSource: ColumnName.optional().describe(
        "column that says which system `reference` is a key of; left out: this source itself",
      ),
      residence: z
        .array(z.string().regex(/^[a-z_]+\.[a-z_]+$/))
        .min(1)
        .describe("table.column that hold countries as given, residence evidence"),
      subdivision: ColumnName.optional(),
      birthYear: ColumnName.optional(),
      language: ColumnName.optional().describe("column of the language we write to the person in"),
      owner: z
        .strictObject({ via: ColumnName, table: ColumnName, key: ColumnName, column: ColumnName })
        .optional()
        .describe("this person's `via` equals `table`.`key`, whose `column` names the responsible member of staff"),
      contactPoints: z.array(z.strictObject({ channel: z.enum(channels), column: ColumnName })),
    }),
    z.strictObject({ kind: z.literal("link"), column: ColumnName, table: ColumnName }),
    z.strictObject({ kind: z.literal("subject"), column: ColumnName }),
    z.strictObject({ kind: z.literal("nobody"), reason: Text }),
  ]),
  erasure: Erasure,
  /** Column by which rows are newest first. */
  newest: ColumnName.optional(),
  key: z.array(ColumnName).min(1),
  columns: z.record(ColumnName, Column),
});
export type MapTable = z.infer<typeof MapTable>;
/** policies/data-map/<source>.yaml: every column of every table of one schema. `source` is also the schema's name. */
export const DataMapFile = z.strictObject({
  source: Code,
  kind: z.enum(["crm", "own"]),
  provenance: Words,
  tables: z.record(ColumnName, MapTable),
});
export type DataMapFile = z.infer<typeof DataMapFile>;

const QuietHours = z
  .strictObject({ from: z.string().regex(/^\d{2}:\d{2}$/), to: z.string().regex(/^\d{2}:\d{2}$/), ...Cited })
  .describe("no contact from `from` until `to`, in the person's time zone");
/**
 * `opt-in`: only if granted · `opt-out`: on recorded evidence of each of `conditions`, until the person says no ·
 * `legitimate-interest`: until objected · `prohibited`. `softOptIn`: an opt-in rule's exception for one's own customers.
 */
export const ChannelRule = z.strictObject({
  rule: z.enum(["opt-in", "opt-out", "legitimate-interest", "prohibited"]),
  conditions: z.array(z.enum(evidenceConditions)).min(1).optional(),
  softOptIn: z
    .strictObject({ conditions: z.array(z.enum(evidenceConditions)).min(1), monthsMax: z.int().min(1).optional(), ...Cited })
    .optional(),
  /** Double opt-in expected: a grant counts once the contact point is proved. */
  confirmation: z.strictObject(Cited).optional(),
  /** A register check counts this many days. */
  registerDaysMax: z.int().min(1).optional(),
  quietHours: QuietHours.optional(),
  ...Cited,
});
export type ChannelRule = z.infer<typeof ChannelRule>;

/** policies/jurisdictions/<code>.yaml; what it leaves out it inherits. */
export const JurisdictionFile = z.strictObject({
  jurisdiction: JurisdictionCode,
  inherits: JurisdictionCode.optional(),
  name: Words,
  law: Text,
  channels: z.partialRecord(Channel, ChannelRule).default({}),
  /** Below this age a guardian must agree to what rests on consent. */
  age: z.strictObject({ years: z.int().min(1).max(21), ...Cited }).optional(),
  /** Purposes whose consent must be given on its own, not with others in one act. */
  separateConsent: z.array(z.strictObject({ purpose: PurposeCode, ...Cited })).default([]),
  /** Months after which a grant for one of these purposes must be asked again. */
  consentLastsMonths: z.strictObject({ months: z.int().min(1), purposes: z.array(PurposeCode).min(1), ...Cited }).optional(),
});
export type JurisdictionFile = z.infer<typeof JurisdictionFile>;

/** policies/residency/countries.yaml: country → cell, whose law, zone of transfer law, time zones. */
export const CountriesFile = z.strictObject({
  countries: z.record(
    Country,
    z.strictObject({
      cell: Cell,
      jurisdiction: JurisdictionCode.optional().describe("left out: not modelled, so the strictest"),
      zone: Zone.optional(),
      timeZones: z.array(Text).min(1),
    }),
  ),
  subdivisions: z
    .record(
      z.string().regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/),
      z.strictObject({ jurisdiction: JurisdictionCode, timeZones: z.array(Text).min(1) }),
    )
    .describe("of a country of which a part has its own law, every part: one that is left out counts as unknown"),
  otherwise: Cell,
  /** Names in the world's files → codes; several: it is one of them; none: not a country. Compared case-insensitively. */
  names: z.record(Text, z.array(Country)),
});

/** policies/residency/transfers.yaml: matrix of exporting and importing zones; an unknown pair is denied. */
const TransferClass = z.enum([
  "domestic",
  "adequacy",
  "certified",
  "contract",
  "contract-or-consent",
  "consent-or-contract",
  "cac",
  "free",
  "blacklist",
  "doj",
]);
export const TransfersFile = z.strictObject({
  classes: z.record(
    TransferClass,
    z.strictObject({
      /** `none`: nothing more · `instrument`: one in force for this caller · `instrument-or-consent` · `instrument-and-consent` · `never`. */
      needs: z.enum(["none", "instrument", "instrument-or-consent", "instrument-and-consent", "never"]),
      /** Is each such transfer written down? */
      ledger: z.boolean().default(true),
      ...Cited,
    }),
  ),
  matrix: z.record(Zone, z.record(Zone, TransferClass)),
  pairs: z.array(z.strictObject({ from: Zone, to: Zone, ...Cited })).describe("citations of single pairs"),
});
/** policies/residency/instruments.yaml: what has been signed. */
export const InstrumentsFile = z.strictObject({
  instruments: z.array(
    z.strictObject({
      instrument: Code,
      kind: Text,
      from: Zone,
      to: Zone,
      clients: z.array(Code).min(1),
      purposes: z.array(PurposeCode).min(1),
      validUntil: z.iso.date(),
      reference: Text,
      ...Cited,
    }),
  ),
});

/** policies/channels/caps.yaml: contacts a person may get, over all campaigns and callers; and which purpose a contact slot is for. */
export const CapsFile = z.strictObject({
  caps: z
    .array(z.strictObject({ cap: Code, channels: z.array(Channel).min(1), max: z.int().min(1), windowDays: z.int().min(1), ...Cited }))
    .min(1),
  /** Purposes whose contacts are counted and must carry a way out. */
  marketing: z.array(PurposeCode).min(1),
  /** Conditions about what a sender does at each use: their proof speaks for so many months, and each use is told to do it again. */
  practice: z.strictObject({ conditions: z.array(z.enum(evidenceConditions)).min(1), monthsMax: z.int().min(1), ...Cited }),
});
