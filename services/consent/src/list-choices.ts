/** GET /v1/subjects/{subject}/choices: every purpose in the person's words, and where they stand with it. */
import type { Choice, listChoices as listChoicesRoute } from "@behest/contracts/consent";
import type { Locale } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Purpose } from "@behest/policies/compile";
import { jurisdictionsOf } from "@behest/policies/residency";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { and, asc, eq, isNotNull } from "drizzle-orm";
import type { ConsentCell } from "./cell.ts";
import { statusOf, usualVerdict, withoutEvidence } from "./consent-status.ts";
import type { FoldedState } from "./fold.ts";
import { lawFor } from "./law.ts";
import { readHeads, readStates } from "./ledger-read.ts";
import { receipt, subjectEvent } from "./schema.ts";
import { revisionOf, shardOf } from "./shard.ts";
import { needsContactPoint } from "./wish.ts";

type Input = InputOf<typeof listChoicesRoute>;

/** Throws Problem `subject_unknown`. */
export const listChoices =
  (consent: ConsentCell) =>
  async (tx: Tx, _actor: Actor, { params: { subject }, query }: Input): Promise<ReplyOf<typeof listChoicesRoute>> => {
    const shard = shardOf(subject);
    const head = (await readHeads(tx, [shard])).get(shard);
    const stored = (await readStates(tx, [subject])).get(subject);
    if (stored === undefined || head === undefined || stored.state.status === "erased") throw new Problem("subject_unknown");
    const receipts = await lastReceipts(tx, subject);
    const at = consent.clock.now();
    const choices = [...consent.policies.purposes.values()].map((purpose) =>
      choiceOf(consent, purpose, stored.state, query.locale, receipts.get(purpose.purpose), at),
    );
    return {
      status: 200,
      body: {
        subject,
        revision: revisionOf(head.epoch, shard, stored.position),
        jurisdictions: jurisdictionsOf(consent.policies, stored.state),
        choices,
      },
    };
  };

function choiceOf(
  consent: ConsentCell,
  purpose: Purpose,
  state: FoldedState,
  locale: Locale,
  receiptId: string | undefined,
  at: Date,
): Choice {
  const law = lawFor(consent.policies, purpose, state);
  const verdict = usualVerdict(consent.policies, consent.cell, purpose.purpose, state, at);
  const onConsent = usualVerdict(consent.policies, consent.cell, purpose.purpose, withoutEvidence(state), at);
  const given = state.consents[purpose.purpose];
  const objection = state.objections[purpose.purpose];
  return {
    purpose: purpose.purpose,
    name: purpose.name[locale],
    description: purpose.description[locale],
    benefit: purpose.benefit[locale],
    notice: { version: purpose.notice.version, hash: purpose.noticeHash, text: purpose.notice.text[locale] },
    categories: purpose.categories.map((code) => ({ code, name: consent.policies.categories.get(code)?.name[locale] ?? code })),
    recipients: purpose.recipients.map((words) => words[locale]),
    channels: purpose.channels,
    lastsMonths: law.lastsMonths,
    control: law.control,
    legalBasis: law.legalBasis,
    citation: law.citation,
    status: statusOf(given, onConsent.reasons),
    objected: objection !== undefined,
    decidedAt: laterOf(given?.at, objection?.at),
    expiresAt: given?.status === "granted" ? (given.expiresAt ?? null) : null,
    receipt: receiptId ?? null,
    allowedNow: verdict.allowed,
    needsContactPoint: needsContactPoint(purpose),
  };
}

/** ISO instants of one form sort as texts. */
const laterOf = (...instants: (string | undefined)[]): string | null =>
  instants
    .filter((instant) => instant !== undefined)
    .toSorted()
    .at(-1) ?? null;

/** By purpose: the receipt of the person's last grant or withdrawal. */
async function lastReceipts(tx: Tx, subject: string): Promise<Map<string, string>> {
  const rows = await tx
    .select({ purpose: subjectEvent.purpose, receipt: receipt.receipt })
    .from(receipt)
    .innerJoin(subjectEvent, and(eq(subjectEvent.shard, receipt.shard), eq(subjectEvent.eventId, receipt.eventId)))
    .where(and(eq(receipt.shard, shardOf(subject)), eq(receipt.subject, subject), isNotNull(subjectEvent.purpose)))
    .orderBy(asc(subjectEvent.version));
  return new Map(rows.map((row) => [row.purpose ?? "", row.receipt]));
}
