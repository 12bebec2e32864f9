/**
 * Writes to people what they decided, as the outbox hands it out: one mail an event, in order for each person, tried until the server takes it.
 * A process killed between the server's yes and our note of it sends that mail once more, with the same Message-ID.
 */
import { SubjectId } from "@behest/contracts/ids";
import { timeZonesOf } from "@behest/policies/residency";
import type { Tx } from "@behest/runtime/database";
import type { Log } from "@behest/runtime/log";
import type { OutboxHandler } from "@behest/runtime/outbox";
import { and, eq, isNull } from "drizzle-orm";
import type { Door } from "./door.ts";
import { findEnrolled } from "./find-enrolled.ts";
import { localeOf } from "./locale-of.ts";
import { mailContactOf } from "./mail-contact.ts";
import type { Mail, Mailer } from "./mailer.ts";
import { noticeMail } from "./notice-mail.ts";
import { recordAccess } from "./record-access.ts";
import { decisionNotice, subject as subjects } from "./schema.ts";

type Options = { door: Door; mailer: Mailer; /** Base URL of the cell's privacy centre. */ portalUrl: string; log: Log };
type Prepared = { subject: SubjectId; client: string; mail: Mail | null; categories: string[] };
type Outcome = "sent" | "no_address" | "refused";

export const mailNotices =
  ({ door, mailer, portalUrl, log }: Options): OutboxHandler =>
  async ({ id: event }) => {
    const prepared = await door.database.transact((tx) => prepare(tx, door, portalUrl, event), { readOnly: true });
    if (prepared === undefined) return;
    const outcome = prepared.mail === null ? "no_address" : await mailer.send(prepared.mail);
    if (outcome === "refused") log.warn({ event, cell: door.cell }, "a mail was refused for good");
    await door.database.transact((tx) => conclude(tx, door, event, prepared, outcome));
  };

/** Undefined: dealt with before, or the person was erased meanwhile. */
async function prepare(tx: Tx, door: Door, portalUrl: string, event: string): Promise<Prepared | undefined> {
  const [notice] = await tx
    .select({ notice: decisionNotice, countries: subjects.countries, subdivision: subjects.subdivision, timeZone: subjects.timeZone })
    .from(decisionNotice)
    .innerJoin(subjects, eq(subjects.id, decisionNotice.subject))
    .where(and(eq(decisionNotice.event, event), isNull(decisionNotice.outcome)));
  if (notice === undefined) return undefined;
  const { purpose, decision, decidedAt: at, client } = notice.notice;
  const subject = SubjectId.parse(notice.notice.subject);
  const person = await findEnrolled(tx, subject);
  if (person === undefined) return undefined;
  const { address, language, categories } = await mailContactOf(tx, door, person);
  if (address === null) return { subject, client, mail: null, categories: [] };
  const locale = localeOf(language, notice.countries);
  const purposeName = door.policies.purposes.get(purpose)?.name[locale] ?? purpose;
  const text = noticeMail(locale, { decision, purpose, purposeName, at, timeZone: zoneOf(door, notice), portalUrl });
  return { subject, client, mail: { id: event, to: address, locale, ...text }, categories };
}

/** The person's own clock where there is no doubt about it. */
function zoneOf({ policies }: Door, residence: { countries: string[]; subdivision: string | null; timeZone: string | null }): string {
  const [only, another] = timeZonesOf(policies, residence);
  return only !== undefined && another === undefined ? only : "UTC";
}

/** The mail and its trace are one: who sees the access was written to. Nothing was told to anybody when there was no address. */
async function conclude(tx: Tx, door: Door, event: string, { subject, client, categories }: Prepared, outcome: Outcome): Promise<void> {
  const marked = await tx
    .update(decisionNotice)
    .set({ outcome, doneAt: door.clock.now() })
    .where(and(eq(decisionNotice.event, event), isNull(decisionNotice.outcome)))
    .returning({ event: decisionNotice.event });
  if (marked.length === 0 || outcome === "no_address") return;
  // GDPR Art. 7(1), 12(3): what was decided is confirmed to the person; a duty towards them, so it needs no purpose that they could refuse.
  const look = { purpose: "decision-notice", usedIn: undefined, allowed: true, categories, reasons: [], revision: null };
  await recordAccess(tx, door, { actor: { kind: "service", client }, subject, ...look });
}
