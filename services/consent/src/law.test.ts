import { loadPolicies } from "@behest/policies/load";
import { describe, expect, test } from "vitest";
import type { FoldedState } from "./fold.ts";
import { endOfGrant, lawFor } from "./law.ts";

const policies = loadPolicies();
const livingIn = (countries: string[], subdivision: string | null = null): FoldedState => ({
  status: "active",
  restricted: false,
  countries,
  subdivision,
  timeZone: null,
  birthYear: null,
  consents: {},
  objections: {},
  contactPoints: {},
  evidence: [],
});
function law(purpose: string, state: FoldedState) {
  const rule = policies.purposes.get(purpose);
  if (rule === undefined) throw new Error(`no purpose ${purpose}`);
  return lawFor(policies, rule, state);
}

describe("CONSENT-5 what a person can do about a purpose is what the strictest law that may be theirs says", () => {
  test("e-mail marketing: consent in Germany, opt-out in New York, consent again where both or neither may apply", () => {
    expect(law("marketing-email", livingIn(["DE"]))).toMatchObject({
      control: "consent",
      legalBasis: "consent",
      citation: "UWG § 7(2)",
      grantable: true,
      jurisdictions: ["DE"],
    });
    expect(law("marketing-email", livingIn(["US"], "US-NY"))).toMatchObject({
      control: "objection",
      legalBasis: "opt-out",
      grantable: true,
    });
    expect(law("marketing-email", livingIn(["US", "DE"]))).toMatchObject({ control: "consent" });
    expect(law("marketing-email", livingIn([]))).toMatchObject({ control: "consent", grantable: true });
  });

  test("what a contract carries is told, not asked, and can't be agreed to", () => {
    expect(law("order-fulfilment", livingIn(["DE"]))).toMatchObject({ control: "none", legalBasis: "contract", grantable: false });
  });

  test("a grant ends with the shortest limit of the purpose and of every law that may apply, and never by itself without one", () => {
    const unlimited = law("marketing-email", livingIn(["DE"]));
    expect({ months: unlimited.lastsMonths, end: endOfGrant(unlimited, new Date("2026-11-22T10:00:00Z")) }).toEqual({
      months: null,
      end: undefined,
    });
    expect(endOfGrant({ ...unlimited, lastsMonths: 6 }, new Date("2026-08-31T10:00:00Z"))).toBe("2027-02-28T10:00:00.000Z");
    const limits = [...policies.jurisdictions.values()].flatMap(({ consentLastsMonths }) => consentLastsMonths?.months ?? []);
    const [shortest] = limits.toSorted((a, b) => a - b);
    expect(law("marketing-email", livingIn([])).lastsMonths).toBe(shortest ?? null);
    expect(law("personalisation", livingIn([])).lastsMonths, "those laws are about marketing").toBeNull();
  });
});
