/** Step 7: is there a legal basis in this jurisdiction? One judge for each kind of regime. */
import type { PolicySet, Purpose } from "./compile.ts";
import { mayBeMinor } from "./decide-age.ts";
import { judgeConsent, saidNo } from "./decide-consent.ts";
import { judgeOptOut, judgeSoftOptIn } from "./decide-evidence.ts";
import { clear, clearUntil, refuse, type Finding } from "./finding.ts";
import type { Regime } from "./regime.ts";
import type { SubjectState } from "./state.ts";

export function judgeBasis(set: PolicySet, regime: Regime, purpose: Purpose, state: SubjectState, at: number): Finding {
  const { purpose: code } = purpose;
  switch (regime.kind) {
    case "opt-in":
      return judgeOptIn(set, regime, purpose, state, at);
    case "opt-out":
      return saidNo(state, code) ? refuse({ code: "opted_out", purpose: code }) : judgeOptOutOrConsent(set, regime, purpose, state, at);
    case "legitimate-interest":
      return saidNo(state, code) ? refuse({ code: "objected", purpose: code }) : clear;
    case "contract":
    case "legal-obligation":
      return clear;
    case "prohibited":
      return refuse({
        code: "legal_basis_missing",
        purpose: code,
        ...channelOf(regime),
        jurisdiction: regime.jurisdiction.code,
        citation: regime.citation,
      });
    case "unruled":
      return refuse({ code: "channel_rule_unknown", purpose: code, ...channelOf(regime), jurisdiction: regime.jurisdiction.code });
  }
}

/** Consent, or else the exception for one's own customers, which a refusal shuts and which is not for minors. */
function judgeOptIn(
  set: PolicySet,
  regime: Extract<Regime, { kind: "opt-in" }>,
  purpose: Purpose,
  state: SubjectState,
  at: number,
): Finding {
  const consent = judgeConsent(purpose, regime.jurisdiction, state, at, regime.confirmation);
  if (consent.holds) return whileItHolds(consent.until);
  const shut = saidNo(state, purpose.purpose) || mayBeMinor(state, regime.jurisdiction, at);
  const soft = shut ? undefined : judgeSoftOptIn(set, regime, purpose.purpose, state, at);
  if (soft?.reasons.length === 0) return soft;
  return refuse(...consent.reasons, ...(soft?.reasons ?? []));
}

/** Who has agreed need not be shown to have been told how to opt out. For a minor only a guardian's consent will do (Cal. Civ. Code § 1798.120(c)). */
function judgeOptOutOrConsent(
  set: PolicySet,
  regime: Extract<Regime, { kind: "opt-out" }>,
  purpose: Purpose,
  state: SubjectState,
  at: number,
): Finding {
  const consent = judgeConsent(purpose, regime.jurisdiction, state, at, false);
  if (consent.holds) return whileItHolds(consent.until);
  return mayBeMinor(state, regime.jurisdiction, at) ? refuse(...consent.reasons) : judgeOptOut(set, regime, purpose.purpose, state, at);
}

const whileItHolds = (until: number | undefined): Finding => (until === undefined ? clear : clearUntil(until));

const channelOf = ({ channel }: Regime): { channel?: string } => (channel === undefined ? {} : { channel });
