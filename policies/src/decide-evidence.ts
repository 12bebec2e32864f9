/** Opt-out and soft opt-in: allowed only on recorded evidence of each of their conditions. */
import type { Obligation, Reason, ReasonCode } from "@behest/contracts/decision";
import type { PolicySet } from "./compile.ts";
import { refuse, type Finding } from "./finding.ts";
import { addMonths, timeOf } from "./instant.ts";
import type { Regime } from "./regime.ts";
import type { Evidence, SubjectState } from "./state.ts";

const dayMs = 86_400_000;
type OptOut = Extract<Regime, { kind: "opt-out" }>;
type OptIn = Extract<Regime, { kind: "opt-in" }>;
type Asked = {
  regime: OptOut | OptIn;
  purpose: string;
  state: SubjectState;
  at: number;
  citation: string;
  /** When proof of a condition stops counting under this law; Infinity: never. */
  lasts(condition: string, recorded: number): number;
};

export function judgeOptOut(set: PolicySet, regime: OptOut, purpose: string, state: SubjectState, at: number): Finding {
  const { registerDaysMax, citation } = regime;
  const lasts = (condition: string, recorded: number): number =>
    condition === "register_checked" && registerDaysMax !== undefined ? recorded + registerDaysMax * dayMs : Infinity;
  const proofs = proofsOf(set, regime.conditions, { regime, purpose, state, at, citation, lasts });
  return conclude(proofs, regime, purpose, "opt_out_evidence_missing") ?? holding(proofs, duties(regime.conditions, citation));
}

/** `undefined`: this jurisdiction's law has no such exception, or nothing of it was recorded, so that it is no reason either way. */
export function judgeSoftOptIn(set: PolicySet, regime: OptIn, purpose: string, state: SubjectState, at: number): Finding | undefined {
  const { softOptIn } = regime;
  if (softOptIn === undefined) return undefined;
  const { conditions, monthsMax, citation } = softOptIn;
  // The months run from the newest sale; of the other conditions the law says nothing.
  const lasts = (condition: string, recorded: number): number =>
    condition === "contact_from_sale" && monthsMax !== undefined ? addMonths(recorded, monthsMax) : Infinity;
  const proofs = proofsOf(set, conditions, { regime, purpose, state, at, citation, lasts });
  if (proofs.every(({ recorded }) => recorded === -Infinity)) return undefined;
  const notice: Obligation = { kind: "objection-notice", citation };
  return conclude(proofs, regime, purpose, "soft_opt_in_evidence_missing") ?? holding(proofs, [notice, ...duties(conditions, citation)]);
}

/** `recorded` -Infinity: there is none. `citation`: what asks for it, the law or, where only our own rule makes it too old, that. */
type Proof = { condition: string; recorded: number; end: number; holds: boolean; citation: string };

function proofsOf({ practice }: PolicySet, conditions: readonly string[], { regime, purpose, state, at, citation, lasts }: Asked): Proof[] {
  const eachUse: ReadonlySet<string> = new Set(practice.conditions);
  return conditions.map((condition) => {
    const recorded = newest(
      state.evidence.filter((evidence) => evidence.condition === condition && counts(evidence, regime, purpose, state)),
      at,
    );
    if (recorded === -Infinity) return { condition, recorded, end: recorded, holds: false, citation };
    const byLaw = lasts(condition, recorded);
    const byPractice = eachUse.has(condition) ? addMonths(recorded, practice.monthsMax) : Infinity;
    const end = Math.min(byLaw, byPractice);
    return { condition, recorded, end, holds: at < end, citation: at < byLaw ? practice.citation : citation };
  });
}

/**
 * A rule about a channel takes evidence of that channel; a rule about a purpose takes only what was recorded for that very purpose, or the
 * way out of e-mails would prove that somebody was told of sharing. Either way it is about the contact point that was on record then.
 */
function counts(evidence: Evidence, { channel }: Regime, purpose: string, { contactPoints }: SubjectState): boolean {
  const about =
    channel === undefined
      ? evidence.purpose === purpose
      : evidence.channel === channel && (evidence.purpose === undefined || evidence.purpose === purpose);
  return about && evidence.contact === contactPoints[evidence.channel];
}

/** What lies in the future proves nothing yet, or a date set far ahead would keep a register check fresh for ever. */
function newest(evidence: readonly Evidence[], at: number): number {
  const times = evidence.map((one) => timeOf(one.at));
  return Math.max(-Infinity, ...times.filter((time) => time <= at));
}

/** A refusal that names each condition without a proof; undefined: all are proved. */
function conclude(proofs: readonly Proof[], regime: Regime, purpose: string, missing: ReasonCode): Finding | undefined {
  const reasons = proofs
    .filter(({ holds }) => !holds)
    .map(({ condition, citation }): Reason => ({
      code: condition === "register_checked" ? "register_check_missing" : missing,
      purpose,
      condition,
      ...(regime.channel === undefined ? {} : { channel: regime.channel }),
      jurisdiction: regime.jurisdiction.code,
      citation,
    }));
  return reasons.length === 0 ? undefined : refuse(...reasons);
}

const holding = (proofs: readonly Proof[], obligations: readonly Obligation[]): Finding => ({
  reasons: [],
  obligations,
  changesAt: proofs.map(({ end }) => end).filter(Number.isFinite),
});

/** What was proved of the uses so far must be done at this one too. */
const duties = (conditions: readonly string[], citation: string): Obligation[] =>
  conditions.flatMap((condition): Obligation[] => {
    if (condition === "objection_notice_at_each_use") return [{ kind: "objection-notice", citation }];
    return condition === "opt_out_link_in_each_message" ? [{ kind: "unsubscribe-link" }] : [];
  });
