/** One word for where a person's consent to a purpose stands. */
import type { Reason } from "@behest/contracts/decision";
import type { consentStatuses } from "@behest/contracts/consent";
import type { PolicySet } from "@behest/policies/compile";
import { decide } from "@behest/policies/decide";
import type { Cell, Channel } from "@behest/contracts/ids";
import type { ConsentState, Question, SubjectState, Verdict } from "@behest/policies/state";
import type { FoldedState } from "./fold.ts";

export type ConsentStatus = (typeof consentStatuses)[number];

/** Where the consent itself stands: what the law allows without it (to one's own customers, say) must not make a lapsed yes look like one. */
export const withoutEvidence = (state: FoldedState): FoldedState => ({ ...state, evidence: [] });

/** A grant may be recorded and still not hold: the decision on the consent alone says why. */
export function statusOf(consent: ConsentState | undefined, reasons: readonly Reason[]): ConsentStatus {
  if (consent === undefined) return "not_asked";
  if (consent.status !== "granted") return consent.status;
  const codes = new Set(reasons.map(({ code }) => code));
  if (codes.has("consent_expired")) return "expired";
  if (codes.has("notice_outdated")) return "outdated";
  // A changed address must be confirmed again.
  return codes.has("consent_unconfirmed") || codes.has("contact_point_changed") ? "unconfirmed" : "granted";
}

/**
 * The decision that the purpose's usual caller would get now, quiet hours and caps left out: they say when, not whether.
 * By the channel that the consent was given for, unless another one is asked about.
 */
export function usualVerdict(policies: PolicySet, cell: Cell, purpose: string, state: FoldedState, at: Date, asked?: Channel): Verdict {
  const channel = asked ?? state.consents[purpose]?.contact?.channel;
  const subject: SubjectState = { ...state, contacts: [] };
  return decide(policies, { caller: usualCaller(policies, purpose), purpose, channel, cell, at, contactNow: false }, subject);
}

/** The first by name that policy grants the purpose, for itself or else on behalf of staff; of those who work where the data lie. None: nobody there may use it. */
function usualCaller(policies: PolicySet, purpose: string): Question["caller"] {
  const atHome = [...policies.callers.values()].filter(({ country }) => country === undefined);
  const callers = atHome.toSorted((one, other) => (one.client < other.client ? -1 : 1));
  const alone = callers.find((caller) => caller.purposes.includes(purpose));
  if (alone !== undefined) return { client: alone.client, roles: null };
  for (const { client, staff } of callers) {
    const role = Object.keys(staff).find((name) => staff[name]?.includes(purpose));
    if (role !== undefined) return { client, roles: [role] };
  }
  return { client: "", roles: null };
}
