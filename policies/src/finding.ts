/** What one step of the decision found. Findings add up: any reason denies, whatever else was found. */
import type { Obligation, Reason } from "@behest/contracts/decision";

export type Finding = {
  reasons: readonly Reason[];
  /** Hold only if everything together allows. */
  obligations: readonly Obligation[];
  /** Times in milliseconds at which the answer may change. */
  changesAt: readonly number[];
};

export const clear: Finding = { reasons: [], obligations: [], changesAt: [] };
export const refuse = (...reasons: Reason[]): Finding => ({ ...clear, reasons });
export const clearUntil = (...changesAt: number[]): Finding => ({ ...clear, changesAt });

export function together(findings: readonly Finding[]): Finding {
  return {
    reasons: distinct(findings.flatMap((finding) => finding.reasons)),
    obligations: distinct(findings.flatMap((finding) => finding.obligations)),
    changesAt: findings.flatMap((finding) => finding.changesAt),
  };
}

/** Each once, in the order of their first appearance. */
export function distinct<T extends object>(items: readonly T[]): T[] {
  return items.length < 2 ? [...items] : [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
