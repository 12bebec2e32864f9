/** Step 7: does a recorded consent hold here and now? Every fault is named; the reasons are the same in every jurisdiction. */
import type { Reason, ReasonCode } from "@behest/contracts/decision";
import type { Jurisdiction, Purpose } from "./compile.ts";
import { mayBeMinor } from "./decide-age.ts";
import { addMonths, timeOf } from "./instant.ts";
import type { ConsentState, SubjectState } from "./state.ts";

export type Consent =
  | { holds: true; /** milliseconds; none: until withdrawn */ until: number | undefined }
  | { holds: false; reasons: Reason[] };

export function judgeConsent(
  purpose: Purpose,
  jurisdiction: Jurisdiction,
  state: SubjectState,
  at: number,
  confirmationExpected: boolean,
): Consent {
  const consent = consentFor(state, purpose.purpose);
  const codes = [
    ...faultsOf(consent, purpose, jurisdiction, state, at, confirmationExpected),
    ...guardianMissing(consent, jurisdiction, state, at),
  ];
  if (codes.length > 0) return { holds: false, reasons: codes.map((code) => ({ code, purpose: purpose.purpose })) };
  return { holds: true, until: consent === undefined ? undefined : endOf(consent, purpose, jurisdiction) };
}

const consentFor = (state: SubjectState, purpose: string): ConsentState | undefined =>
  Object.hasOwn(state.consents, purpose) ? state.consents[purpose] : undefined;

export const saidNo = (state: SubjectState, purpose: string): boolean =>
  ["refused", "withdrawn"].includes(consentFor(state, purpose)?.status ?? "");

function faultsOf(
  consent: ConsentState | undefined,
  purpose: Purpose,
  jurisdiction: Jurisdiction,
  state: SubjectState,
  at: number,
  confirmationExpected: boolean,
): ReasonCode[] {
  if (consent === undefined) return ["consent_not_recorded"];
  if (consent.status === "refused") return ["consent_refused"];
  if (consent.status === "withdrawn") return ["consent_withdrawn"];
  const end = endOf(consent, purpose, jurisdiction);
  const faults: [ReasonCode, boolean][] = [
    ["consent_expired", end !== undefined && !(at < end)],
    ["notice_outdated", consent.noticeVersion !== purpose.notice.version || consent.noticeHash !== purpose.noticeHash],
    ["consent_unconfirmed", confirmationExpected && !consent.confirmed],
    ["contact_point_changed", contactChanged(consent, state)],
    ["consent_not_separate", jurisdiction.separateConsent.has(purpose.purpose) && !consent.separate],
  ];
  return faults.filter(([, found]) => found).map(([code]) => code);
}

/** Where no contact point of the kind is on record, the one that the consent was given for stands. */
function contactChanged({ contact }: ConsentState, { contactPoints }: SubjectState): boolean {
  const current = contact === undefined ? undefined : contactPoints[contact.channel];
  return current !== undefined && current !== contact?.hash;
}

/** How long the law lets a grant for this purpose last; undefined: it says nothing. */
export const monthsByLaw = ({ consentLastsMonths }: Jurisdiction, purpose: string): number | undefined =>
  consentLastsMonths?.purposes.includes(purpose) === true ? consentLastsMonths.months : undefined;

/** The earliest of what was promised at the grant, what the purpose promises now, and what the law lets it last. */
function endOf(consent: ConsentState, purpose: Purpose, jurisdiction: Jurisdiction): number | undefined {
  const given = timeOf(consent.at);
  const byLaw = monthsByLaw(jurisdiction, purpose.purpose);
  const ends = [
    ...(consent.expiresAt === undefined ? [] : [timeOf(consent.expiresAt)]),
    ...(purpose.lastsMonths === null ? [] : [addMonths(given, purpose.lastsMonths)]),
    ...(byLaw === undefined ? [] : [addMonths(given, byLaw)]),
  ];
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function guardianMissing(consent: ConsentState | undefined, jurisdiction: Jurisdiction, state: SubjectState, at: number): ReasonCode[] {
  const guardian = consent?.status === "granted" && consent.givenBy === "guardian";
  return !guardian && mayBeMinor(state, jurisdiction, at) ? ["guardian_consent_missing"] : [];
}
