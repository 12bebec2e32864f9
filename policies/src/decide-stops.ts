/** Step 5: restriction (GDPR Art. 18), objection (Art. 21) and opt-out. */
import type { Reason } from "@behest/contracts/decision";
import type { Regime } from "./regime.ts";
import type { SubjectState } from "./state.ts";

export function stopReasons(purpose: string, regimes: readonly Regime[], state: SubjectState): Reason[] {
  return [...restriction(purpose, regimes, state), ...objection(purpose, regimes, state)];
}

/** While restricted, data serve only what the law itself orders. */
function restriction(purpose: string, regimes: readonly Regime[], state: SubjectState): Reason[] {
  const ordered = regimes.length > 0 && regimes.every((regime) => regime.kind === "legal-obligation");
  return state.restricted && !ordered ? [{ code: "restricted", purpose }] : [];
}

/** Art. 21 reaches neither a contract nor a legal duty; where it reaches, it wins over everything. */
function objection(purpose: string, regimes: readonly Regime[], state: SubjectState): Reason[] {
  if (!Object.hasOwn(state.objections, purpose)) return [];
  if (regimes.length === 0) return [{ code: "objected", purpose }];
  return regimes
    .filter((regime) => regime.kind !== "contract" && regime.kind !== "legal-obligation")
    .map((regime) => ({ code: regime.kind === "opt-out" ? "opted_out" : "objected", purpose }));
}
