/** The consent service: checks, choices, the ledger, contacts and unsubscribing. */
import { z } from "zod";
import { Check, ContactQuestion, Decision } from "./decision.ts";
import { LedgerEvent } from "./events.ts";
import { Channel, Instant, Locale, PurposeCode, Revision, SubjectId } from "./ids.ts";
import { enrolSubjects, readChanges, readStates } from "./consent-feed.ts";
import { forServices, route, type RoutePolicy } from "./route.ts";
import { text } from "./text.ts";

const own: RoutePolicy = { access: { scope: "consent:own", actors: ["subject"] }, owner: "self", repeat: "read" };
const ofSubject = z.strictObject({ subject: SubjectId });

export const checkUses = route({
  id: "checkUses",
  method: "post",
  path: "/v1/checks",
  summary: "May I use this person's data for this purpose? 1 to 10,000 questions",
  policy: forServices("consent:check", { owner: "listed", repeat: "read", bodyBytesMax: 4_000_000 }),
  body: z.strictObject({ checks: z.array(Check).min(1).max(10_000) }).meta({ id: "CheckRequest" }),
  answers: {
    200: {
      description: "one decision for each check, in their order",
      schema: z.strictObject({ decisions: z.array(Decision) }).meta({ id: "CheckReply" }),
    },
  },
});

export const consentStatuses = ["not_asked", "granted", "unconfirmed", "refused", "withdrawn", "expired", "outdated"] as const;
export const Choice = z
  .strictObject({
    purpose: PurposeCode,
    name: z.string(),
    description: z.string(),
    benefit: z.string(),
    notice: z.strictObject({ version: z.string(), hash: z.string(), text: z.string() }),
    categories: z.array(z.strictObject({ code: z.string(), name: z.string() })),
    recipients: z.array(z.string()),
    channels: z.array(Channel),
    /** How long a grant lasts, in months; null: until withdrawn. */
    lastsMonths: z.int().nullable(),
    /** What the law lets the person do about this purpose. `none`: contract or legal duty, told but not asked. */
    control: z.enum(["consent", "objection", "none"]),
    legalBasis: z.string(),
    citation: z.string(),
    status: z.enum(consentStatuses),
    objected: z.boolean(),
    decidedAt: Instant.nullable(),
    expiresAt: Instant.nullable(),
    receipt: z.string().nullable(),
    /** Is this use allowed right now, by the same decision that services get? */
    allowedNow: z.boolean(),
    /** Shown before the person agrees where a contact point is bound. */
    needsContactPoint: z.boolean(),
  })
  .meta({ id: "Choice" });
export type Choice = z.infer<typeof Choice>;

export const listChoices = route({
  id: "listChoices",
  method: "get",
  path: "/v1/subjects/{subject}/choices",
  summary: "Every purpose, what it means and what the person decided",
  policy: own,
  params: ofSubject,
  query: z.strictObject({ locale: Locale.default("en") }),
  answers: {
    200: {
      description: "choices",
      schema: z
        .strictObject({ subject: SubjectId, revision: Revision, jurisdictions: z.array(z.string()), choices: z.array(Choice) })
        .meta({ id: "Choices" }),
    },
  },
});

export const ConsentInput = z
  .strictObject({
    purpose: PurposeCode,
    action: z.enum(["grant", "refuse", "withdraw", "object", "lift-objection"]),
    /** The notice that was shown. Required to grant; a notice that is no longer current answers 409 notice_outdated. */
    notice: z.strictObject({ version: text(0, 50), hash: text(0, 80), locale: Locale }).optional(),
    /** The address or number shown to the person; kept only as a salted hash. Required to grant a purpose with a contact channel. */
    contactPoint: z.strictObject({ channel: Channel, value: text(3, 320) }).optional(),
    /** Language of the receipt where no notice was shown, as at a withdrawal. Left out: English. */
    locale: Locale.optional(),
  })
  .meta({ id: "ConsentInput" });
export const Recorded = z
  .strictObject({ event: LedgerEvent, receipt: z.string().nullable(), status: z.enum(consentStatuses) })
  .meta({ id: "Recorded" });

export const recordConsent = route({
  id: "recordConsent",
  method: "post",
  path: "/v1/subjects/{subject}/consents",
  summary: "Grant, refuse, withdraw or object, purpose by purpose",
  policy: { ...own, repeat: "key" },
  params: ofSubject,
  body: ConsentInput,
  answers: { 201: { description: "recorded; a stop is in force before this answer", schema: Recorded } },
});
export const listLedgerEvents = route({
  id: "listLedgerEvents",
  method: "get",
  path: "/v1/subjects/{subject}/events",
  summary: "What was decided, newest first",
  policy: own,
  params: ofSubject,
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(100) }),
  answers: { 200: { description: "events", schema: z.strictObject({ events: z.array(LedgerEvent) }).meta({ id: "LedgerEvents" }) } },
});
export const getReceipt = route({
  id: "getReceipt",
  method: "get",
  path: "/v1/subjects/{subject}/receipts/{receipt}",
  summary: "The signed receipt (JWS compact, keys in JWKS)",
  policy: own,
  params: z.strictObject({ subject: SubjectId, receipt: text(0, 80) }),
  answers: {
    200: {
      description: "the receipt and its signature",
      schema: z.strictObject({ id: z.string(), jws: z.string(), content: z.record(z.string(), z.unknown()) }).meta({ id: "Receipt" }),
    },
  },
});
export const getReceiptKeys = route({
  id: "getReceiptKeys",
  method: "get",
  path: "/.well-known/jwks.json",
  summary: "Public keys that verify receipts",
  policy: { access: "public", owner: "none", repeat: "read" },
  answers: {
    200: { description: "JWK set", schema: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: "JwkSet" }) },
  },
});

/** What must have been recorded, each on its own, before an opt-out or soft opt-in rule may allow. */
export const evidenceConditions = [
  "contact_from_sale",
  "own_similar_products",
  "objection_notice_at_collection",
  "objection_notice_at_each_use",
  "opt_out_notice_given",
  "opt_out_link_in_each_message",
  "register_checked",
] as const;
export const recordEvidence = route({
  id: "recordEvidence",
  method: "post",
  path: "/v1/subjects/{subject}/evidence",
  summary: "Record that a condition of opt-out or soft opt-in is met",
  policy: forServices("consent:evidence", { owner: "cell", repeat: "key" }),
  params: ofSubject,
  body: z
    .strictObject({
      channel: Channel,
      purpose: PurposeCode.optional().describe(
        "counts for this purpose alone; needed where the purpose has no channel, such as a notice about sharing",
      ),
      conditions: z
        .array(
          z.strictObject({
            condition: z.enum(evidenceConditions),
            at: Instant,
            reference: text(1, 200).describe("where the proof is: an order, form or check run; no personal data"),
          }),
        )
        .min(1)
        .max(20),
    })
    .meta({ id: "EvidenceInput" }),
  answers: { 201: { description: "recorded", schema: z.strictObject({ event: LedgerEvent }).meta({ id: "EvidenceRecorded" }) } },
});
export const recordStop = route({
  id: "recordStop",
  method: "post",
  path: "/v1/subjects/{subject}/stops",
  summary: "Restrict, lift a restriction, or erase: the door that took the request tells the ledger",
  policy: forServices("consent:stop", { owner: "cell", repeat: "key" }),
  params: ofSubject,
  body: z.strictObject({ kind: z.enum(["restricted", "restriction_lifted", "erased"]), reference: text(1, 200) }).meta({ id: "StopInput" }),
  answers: { 201: { description: "in force", schema: z.strictObject({ event: LedgerEvent }).meta({ id: "StopRecorded" }) } },
});

export const reserveContact = route({
  id: "reserveContact",
  method: "post",
  path: "/v1/contacts",
  summary: "Decide and take one of the person's contact slots for marketing, atomically, over all campaigns and callers",
  policy: forServices("consent:contact", { owner: "listed", repeat: "decided-again" }),
  body: ContactQuestion,
  answers: {
    200: {
      description: "not allowed; no slot taken",
      schema: z.strictObject({ reserved: z.literal(false), decision: Decision }).meta({ id: "ContactDenied" }),
    },
    201: {
      description: "a slot is taken; put the headers into the message",
      schema: z
        .strictObject({
          reserved: z.literal(true),
          contact: z.string(),
          decision: Decision,
          unsubscribe: z.strictObject({ url: z.url(), headers: z.record(z.string(), z.string()) }),
        })
        .meta({ id: "ContactReserved" }),
    },
  },
});

const LinkToken = z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{32,200}$/) });
export const UnsubscribeLink = z
  .strictObject({ purpose: PurposeCode, channel: Channel, stopped: z.boolean() })
  .meta({ id: "UnsubscribeLink" });
export const getUnsubscribeLink = route({
  id: "getUnsubscribeLink",
  method: "get",
  path: "/v1/unsubscribe-links/{token}",
  summary: "What a link would stop; changes nothing (RFC 8058)",
  policy: forServices("consent:unsubscribe", { owner: "cell", repeat: "read" }),
  params: LinkToken,
  answers: { 200: { description: "what it is for", schema: UnsubscribeLink } },
});
export const followUnsubscribeLink = route({
  id: "followUnsubscribeLink",
  method: "post",
  path: "/v1/unsubscribe-links/{token}",
  summary: "Withdraw what the link is for (RFC 8058)",
  policy: forServices("consent:unsubscribe", { owner: "cell", repeat: "natural" }),
  params: LinkToken,
  answers: { 200: { description: "in force before this answer; `stopped` says how it stands now", schema: UnsubscribeLink } },
});

export const consentRoutes = [
  checkUses,
  listChoices,
  recordConsent,
  listLedgerEvents,
  getReceipt,
  getReceiptKeys,
  recordEvidence,
  recordStop,
  reserveContact,
  getUnsubscribeLink,
  followUnsubscribeLink,
  enrolSubjects,
  readStates,
  readChanges,
];
