/** Reasons that tell on a person go only to callers that policy names. */
import type { Reason, ReasonCode } from "@behest/contracts/decision";
import type { PolicySet } from "./compile.ts";
import { distinct } from "./finding.ts";

const telling: ReadonlySet<ReasonCode> = new Set(["subject_erased", "restricted", "guardian_consent_missing"]);

/** For others a telling reason is `not_permitted`, without the law, date or jurisdiction that would give it away. */
export function publicReasons(set: PolicySet, client: string, reasons: readonly Reason[]): Reason[] {
  if (set.callers.get(client)?.tellingReasons === true) return [...reasons];
  return distinct(
    reasons.map((reason): Reason =>
      telling.has(reason.code) ? { code: "not_permitted", ...(reason.purpose === undefined ? {} : { purpose: reason.purpose }) } : reason,
    ),
  );
}
