/** Reasons that tell on a person go only to callers that policy names. */
import type { Reason, ReasonCode } from "@behest/contracts/decision";
import type { PolicySet } from "./compile.ts";
import type { Question } from "./state.ts";

const telling: ReadonlySet<ReasonCode> = new Set(["subject_erased", "restricted", "guardian_consent_missing"]);

/**
 * For others one telling reason makes the whole answer `not_permitted`: the reasons beside it, or their absence, would tell it too
 * (of somebody erased nothing else is ever said).
 */
export function publicReasons(set: PolicySet, { caller, purpose }: Question, reasons: readonly Reason[]): Reason[] {
  if (set.callers.get(caller.client)?.tellingReasons === true) return [...reasons];
  return reasons.some(({ code }) => telling.has(code)) ? [{ code: "not_permitted", purpose }] : [...reasons];
}
