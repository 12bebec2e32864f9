/** Opt-out and soft opt-in: allowed only on recorded evidence of each of their conditions. */
import type { Reason } from "@behest/contracts/decision";
import { clearUntil, refuse, type Finding } from "./finding.ts";
import { addMonths, timeOf } from "./instant.ts";
import type { Regime } from "./regime.ts";
import type { ChannelRule } from "./schema.ts";
import type { SubjectState } from "./state.ts";

const dayMs = 86_400_000;
type OptOut = Extract<Regime, { kind: "opt-out" }>;
type OptIn = Extract<Regime, { kind: "opt-in" }>;

export function judgeOptOut(regime: OptOut, purpose: string, state: SubjectState, at: number): Finding {
  const ends = regime.conditions.map((condition) => ({ condition, end: endOfEvidence(regime, condition, state, at) }));
  const missing = ends.filter(({ end }) => !(at < end));
  if (missing.length === 0) return clearUntil(...ends.map(({ end }) => end).filter(Number.isFinite));
  return refuse(
    ...missing.map(({ condition }): Reason => ({
      code: condition === "register_checked" ? "register_check_missing" : "opt_out_evidence_missing",
      purpose,
      condition,
      ...where(regime),
      citation: regime.citation,
    })),
  );
}

/** When evidence stops counting; Infinity: never; -Infinity: there is none. A register check grows old. */
function endOfEvidence({ channel, registerDaysMax }: OptOut, condition: string, state: SubjectState, at: number): number {
  const newest = newestEvidence(state, channel, condition, at);
  return newest > -Infinity && condition === "register_checked" && registerDaysMax !== undefined
    ? newest + registerDaysMax * dayMs
    : newest > -Infinity
      ? Infinity
      : -Infinity;
}

/** `undefined`: this jurisdiction's law has no such exception, or nothing of it was recorded, so that it is no reason either way. */
export function judgeSoftOptIn(regime: OptIn, purpose: string, state: SubjectState, at: number): Finding | undefined {
  const { softOptIn } = regime;
  if (softOptIn === undefined) return undefined;
  const found = softOptIn.conditions.map((condition) => ({ condition, recorded: newestEvidence(state, regime.channel, condition, at) }));
  if (found.every(({ recorded }) => recorded === -Infinity)) return undefined;
  const ends = found.map(({ condition, recorded }) => ({ condition, end: endOfCondition(softOptIn, condition, recorded) }));
  const missing = ends.filter(({ end }) => !(at < end));
  if (missing.length > 0)
    return refuse(
      ...missing.map(({ condition }): Reason => ({
        code: "soft_opt_in_evidence_missing",
        purpose,
        condition,
        ...where(regime),
        citation: softOptIn.citation,
      })),
    );
  return {
    reasons: [],
    obligations: [{ kind: "objection-notice", citation: softOptIn.citation }],
    changesAt: ends.map(({ end }) => end).filter(Number.isFinite),
  };
}

/** The months run from the newest sale; the other conditions do not age. */
function endOfCondition(softOptIn: NonNullable<ChannelRule["softOptIn"]>, condition: string, recorded: number): number {
  if (recorded === -Infinity) return -Infinity;
  return condition === "contact_from_sale" && softOptIn.monthsMax !== undefined ? addMonths(recorded, softOptIn.monthsMax) : Infinity;
}

/** What lies in the future proves nothing yet, or a date set far ahead would keep a register check fresh for ever. */
function newestEvidence(state: SubjectState, channel: Regime["channel"], condition: string, at: number): number {
  const times = state.evidence
    .filter((evidence) => evidence.condition === condition && (channel === undefined || evidence.channel === channel))
    .map((evidence) => timeOf(evidence.at));
  return Math.max(-Infinity, ...times.filter((time) => time <= at));
}

const where = (regime: Regime): Pick<Reason, "channel" | "jurisdiction"> => ({
  ...(regime.channel === undefined ? {} : { channel: regime.channel }),
  jurisdiction: regime.jurisdiction.code,
});
