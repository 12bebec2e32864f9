/** What a receipt says: a consent record shaped after ISO/IEC TS 27560 in the words of DPV. Lists are always arrays. */
import { createHash } from "node:crypto";

export type ReceiptFacts = {
  receipt: string;
  cell: string;
  subject: string;
  event: { id: string; kind: "granted" | "withdrawn"; at: string; revision: string };
  purpose: { code: string; name: string; description: string };
  categories: readonly { code: string; name: string }[];
  recipients: readonly string[];
  legalBasis: { kind: string; citation: string };
  jurisdictions: readonly string[];
  /** The notice agreed to; undefined for a withdrawal before which nothing was. */
  notice:
    | {
        version: string;
        hash: string;
        /** As it was read for this very event; `text` only if the words are at hand. */ read?: { locale: string; text?: string };
      }
    | undefined;
  rights: readonly { right: string; citations: readonly string[] }[];
  controllers: readonly { code: string; legalName: string; country: string; address: string; contact: string }[];
  /** ISO 8601 instant; undefined: until withdrawn. */
  expiresAt: string | undefined;
  /** Where the person can withdraw, without giving a reason. */
  withdrawAt: string;
};

/** The signed content. Names the subject by id only: no contact point, no name. */
export function receiptContent(facts: ReceiptFacts): Record<string, unknown> {
  return {
    "@context": "https://w3id.org/dpv/2.3/contexts/dpv.jsonld",
    "@type": "dpv:ConsentReceipt",
    "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt",
    "dct:identifier": facts.receipt,
    "dct:created": facts.event.at,
    "dct:publisher": `urn:behest:${facts.cell}:consent`,
    "schema:recipient": facts.subject,
    "dpv:hasRecordOfActivity": [
      {
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
        "dct:identifier": facts.event.id,
        "behest:revision": facts.event.revision,
        "dpv:hasDataSubject": facts.subject,
        "dpv:hasDataController": facts.controllers.map((controller) => ({
          "@id": controller.code,
          "schema:legalName": controller.legalName,
          "schema:address": controller.address,
          "dpv:hasCountry": controller.country,
          "dpv:hasContact": controller.contact,
        })),
        "dpv:hasJurisdiction": [...facts.jurisdictions],
        "dpv:hasProcess": [process(facts)],
        "dpv:hasNotice": facts.notice === undefined ? [] : [notice(facts.notice)],
        "dpv:hasRight": facts.rights.map(({ right, citations }) => ({ "@id": right, "dct:source": [...citations] })),
        "dpv:hasConsentControl": [{ "@type": "dpv:WithdrawConsent", "foaf:page": facts.withdrawAt }],
        "dpv:hasConsentStatus": [status(facts)],
      },
    ],
  };
}

const notice = ({ version, hash, read }: NonNullable<ReceiptFacts["notice"]>): Record<string, unknown> => ({
  "@type": "dpv:ConsentNotice",
  "dct:hasVersion": version,
  "behest:hash": hash,
  ...(read === undefined ? {} : { "dct:language": read.locale }),
  ...(read?.text === undefined ? {} : { "behest:textHash": textHash(read.text) }),
});

function process(facts: ReceiptFacts): Record<string, unknown> {
  return {
    "@type": "dpv:Process",
    "dpv:hasPurpose": [{ "@id": facts.purpose.code, "dct:title": facts.purpose.name, "dct:description": facts.purpose.description }],
    "dpv:hasLegalBasis": [{ "@type": facts.legalBasis.kind, "dct:source": facts.legalBasis.citation }],
    "dpv:hasPersonalData": facts.categories.map((category) => ({ "@id": category.code, "dct:title": category.name })),
    "dpv:hasRecipient": [...facts.recipients],
    "dpv:hasStorageCondition": [
      { "@type": "dpv:StorageLocation", "dpv:hasLocation": facts.cell },
      { "@type": "dpv:StorageDuration", "dpv:hasDuration": facts.expiresAt ?? "until withdrawn" },
      { "@type": "dpv:StorageDeletion", "dct:description": "erased on request or when no purpose needs it any more" },
    ],
  };
}

function status(facts: ReceiptFacts): Record<string, unknown> {
  const given = facts.event.kind === "granted";
  return {
    "@type": given ? ["dpv:ConsentGiven", "dpv:ExpressedConsent"] : ["dpv:ConsentWithdrawn"],
    "dpv:isIndicatedBy": facts.subject,
    "dpv:hasIndicationMethod": "an act of its own for this purpose, signed in",
    "dpv:isIndicatedAtTime": facts.event.at,
    ...(given ? { "dpv:hasValidity": facts.expiresAt ?? "until withdrawn" } : {}),
  };
}

/** Of the very words that the person read, in their language. */
const textHash = (text: string): string => `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
