/** Makes, signs and keeps the receipt of a grant or withdrawal, in the transaction that records it. */
import type { LedgerEvent } from "@behest/contracts/events";
import type { Locale } from "@behest/contracts/ids";
import type { Purpose } from "@behest/policies/compile";
import type { ConsentState } from "@behest/policies/state";
import { newId } from "@behest/runtime/id";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import type { FoldedState } from "./fold.ts";
import { lawFor } from "./law.ts";
import { receiptContent } from "./receipt-content.ts";
import { rightsIn } from "./rights.ts";
import { receipt } from "./schema.ts";
import { shardOf } from "./shard.ts";

/** `state`: after the event. `locale`: of the receipt's words. Answers the receipt's id. */
export async function issueReceipt(
  tx: Tx,
  consent: ConsentCell,
  event: LedgerEvent,
  purpose: Purpose,
  state: FoldedState,
  locale: Locale,
): Promise<string> {
  const id = `rcpt_${newId(consent.clock).replaceAll("-", "")}`;
  const given = state.consents[purpose.purpose];
  const law = lawFor(consent.policies, purpose, state);
  const content = receiptContent({
    receipt: id,
    cell: consent.cell,
    subject: event.subject,
    event: { id: event.id, kind: event.kind === "granted" ? "granted" : "withdrawn", at: event.at, revision: event.revision },
    purpose: { code: purpose.purpose, name: purpose.name[locale], description: purpose.description[locale] },
    categories: purpose.categories.map((code) => ({ code, name: consent.policies.categories.get(code)?.name[locale] ?? code })),
    recipients: purpose.recipients.map((recipient) => recipient[locale]),
    legalBasis: { kind: law.legalBasis, citation: law.citation },
    jurisdictions: law.jurisdictions,
    notice: given === undefined ? undefined : noticeOf(purpose, given, event.kind === "granted" ? locale : undefined),
    rights: rightsIn(consent.policies, law.jurisdictions),
    controllers: controllersOf(consent),
    expiresAt: given?.expiresAt,
    withdrawAt: consent.portalUrl,
  });
  const jws = await consent.receipts.sign(content);
  await tx
    .insert(receipt)
    .values({ shard: shardOf(event.subject), receipt: id, subject: event.subject, eventId: event.id, jws, createdAt: new Date(event.at) });
  return id;
}

/** `locale`: in which it was read for this event; undefined: it was not. Undefined where no notice was ever agreed to. */
function noticeOf(purpose: Purpose, { noticeVersion: version, noticeHash: hash }: ConsentState, locale: Locale | undefined) {
  if (hash === "") return undefined;
  if (locale === undefined) return { version, hash };
  // The words of an older notice are not at hand any more; its hash still names them.
  return { version, hash, read: { locale, ...(hash === purpose.noticeHash ? { text: purpose.notice.text[locale] } : {}) } };
}

/** Who answers for data of this cell. */
const controllersOf = (consent: ConsentCell) =>
  [...consent.policies.controllers.values()]
    .filter((controller) => controller.sources.some((source) => source.cells.includes(consent.cell)))
    .map(({ controller, legalName, country, address, contact }) => ({ code: controller, legalName, country, address, contact }));
