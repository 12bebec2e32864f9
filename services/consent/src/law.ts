/** What the law lets a person do about a purpose, where they live. Several laws may apply: the strictest speaks. */
import type { PolicySet, Purpose } from "@behest/policies/compile";
import { monthsByLaw } from "@behest/policies/decide-consent";
import { addMonths } from "@behest/policies/instant";
import { type Regime, regimesOf } from "@behest/policies/regime";
import { jurisdictionsOf } from "@behest/policies/residency";
import type { FoldedState } from "./fold.ts";

export type Control = "consent" | "objection" | "none";
export type Law = {
  jurisdictions: readonly string[];
  control: Control;
  /** Kind of the legal basis under the strictest law, and where it is written. */
  legalBasis: string;
  citation: string;
  /** Does an agreement change anything? Not where a contract or a duty carries the use, nor where it is prohibited. */
  grantable: boolean;
  /** Months that a grant lasts; null: until withdrawn. */
  lastsMonths: number | null;
};

export function lawFor(policies: PolicySet, purpose: Purpose, state: FoldedState): Law {
  const jurisdictions = jurisdictionsOf(policies, state);
  const regimes = regimesOf(policies, purpose, jurisdictions, purpose.channels);
  const strictest = regimes.toSorted((one, other) => strictness[other.kind] - strictness[one.kind])[0];
  const laws = jurisdictions.flatMap((code) => policies.jurisdictions.get(code) ?? []);
  const limits = [purpose.lastsMonths, ...laws.map((jurisdiction) => monthsByLaw(jurisdiction, purpose.purpose))].filter(
    (months) => typeof months === "number",
  );
  return {
    jurisdictions,
    control: strictest === undefined ? "none" : controls[strictest.kind],
    legalBasis: strictest === undefined ? "prohibited" : bases[strictest.kind],
    citation: strictest?.citation ?? "",
    // An agreement also carries a use that rests on opt-out: how else could somebody who opted out come back?
    grantable: regimes.some(({ kind }) => kind === "opt-in" || kind === "opt-out"),
    lastsMonths: limits.length === 0 ? null : Math.min(...limits),
  };
}

/** ISO instant at which a grant of now ends; undefined: never by itself. */
export const endOfGrant = (law: Law, grantedAt: Date): string | undefined =>
  law.lastsMonths === null ? undefined : new Date(addMonths(grantedAt.getTime(), law.lastsMonths)).toISOString();

const strictness: Record<Regime["kind"], number> = {
  prohibited: 6,
  unruled: 5,
  "opt-in": 4,
  "opt-out": 3,
  "legitimate-interest": 2,
  contract: 1,
  "legal-obligation": 0,
};
const controls: Record<Regime["kind"], Control> = {
  prohibited: "none",
  unruled: "none",
  "opt-in": "consent",
  "opt-out": "objection",
  "legitimate-interest": "objection",
  contract: "none",
  "legal-obligation": "none",
};
/** In words of the policies. A channel without a rule may not be used, as if it were prohibited. */
const bases: Record<Regime["kind"], string> = {
  prohibited: "prohibited",
  unruled: "prohibited",
  "opt-in": "consent",
  "opt-out": "opt-out",
  "legitimate-interest": "legitimate-interest",
  contract: "contract",
  "legal-obligation": "legal-obligation",
};
