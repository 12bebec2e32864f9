/** Which rights over their data the law gives a person, and where it is written. Several laws may apply: then the rights of all of them. */
import type { PolicySet } from "@behest/policies/compile";

export const rights = [
  "withdrawal",
  "access",
  "rectification",
  "erasure",
  "restriction",
  "portability",
  "objection",
  "explanation",
  "human-review",
] as const;
type Right = (typeof rights)[number];
type Citations = Partial<Record<Right, string>>;

/** In the order of `rights`; one citation for each law that gives the right, in the order of the jurisdictions. */
export function rightsIn(policies: PolicySet, jurisdictions: readonly string[]): { right: Right; citations: string[] }[] {
  const laws = jurisdictions.map((code) => rightsUnder(policies, code));
  return rights
    .map((right) => ({ right, citations: [...new Set(laws.flatMap((law) => law[right] ?? []))] }))
    .filter(({ citations }) => citations.length > 0);
}

/** A jurisdiction adds to what it inherits. Throws for one whose law is not listed here: a receipt that leaves rights out would mislead. */
function rightsUnder(policies: PolicySet, code: string): Citations {
  const known = (policies.jurisdictions.get(code)?.lineage ?? []).flatMap((name) => rightsByLaw[name] ?? []);
  if (known.length === 0) throw new Error(`no rights are listed for the jurisdiction ${code}`);
  return Object.assign({}, ...known.toReversed());
}

const rightsByLaw: Readonly<Record<string, Citations>> = {
  EU: {
    withdrawal: "GDPR Art. 7(3)",
    access: "GDPR Art. 15",
    rectification: "GDPR Art. 16",
    erasure: "GDPR Art. 17",
    restriction: "GDPR Art. 18",
    portability: "GDPR Art. 20",
    objection: "GDPR Art. 21",
    explanation: "GDPR Art. 15(1)(h)",
    "human-review": "GDPR Art. 22(3)",
  },
  UK: {
    withdrawal: "UK GDPR Art. 7(3)",
    access: "UK GDPR Art. 15",
    rectification: "UK GDPR Art. 16",
    erasure: "UK GDPR Art. 17",
    restriction: "UK GDPR Art. 18",
    portability: "UK GDPR Art. 20",
    objection: "UK GDPR Art. 21",
    "human-review": "UK GDPR Art. 22C(2)(c)",
  },
  // No federal law gives rights over all of one's data; these two are about being contacted.
  US: { withdrawal: "TCPA, 47 CFR 64.1200(a)(10)", objection: "CAN-SPAM, 15 USC 7704(a)" },
  "US-CA": {
    access: "Cal. Civ. Code § 1798.110",
    rectification: "Cal. Civ. Code § 1798.106",
    erasure: "Cal. Civ. Code § 1798.105",
    restriction: "Cal. Civ. Code § 1798.121",
    portability: "Cal. Civ. Code § 1798.130(a)(3)(B)(iii)",
    objection: "Cal. Civ. Code § 1798.120",
  },
  CN: {
    withdrawal: "PIPL Art. 15",
    access: "PIPL Art. 45",
    rectification: "PIPL Art. 46",
    erasure: "PIPL Art. 47",
    restriction: "PIPL Art. 44",
    portability: "PIPL Art. 45(3)",
    objection: "PIPL Art. 24(2)",
    explanation: "PIPL Art. 24(3)",
    "human-review": "PIPL Art. 24(3)",
  },
  // Erasure as ceasing to use (Art. 35); neither portability nor an explanation of automated decisions.
  JP: { access: "APPI Art. 33", rectification: "APPI Art. 34", erasure: "APPI Art. 35" },
  BR: {
    withdrawal: "LGPD Art. 18 IX",
    access: "LGPD Art. 18 II",
    rectification: "LGPD Art. 18 III",
    erasure: "LGPD Art. 18 VI",
    restriction: "LGPD Art. 18 IV",
    portability: "LGPD Art. 18 V",
    objection: "LGPD Art. 18 § 2",
    explanation: "LGPD Art. 20",
    "human-review": "LGPD Art. 20",
  },
  CH: {
    access: "FADP Art. 25",
    rectification: "FADP Art. 32(1)",
    erasure: "FADP Art. 32(2)",
    portability: "FADP Art. 28",
    objection: "FADP Art. 30(2)(b)",
    explanation: "FADP Art. 25(2)(f)",
    "human-review": "FADP Art. 21(2)",
  },
  KR: {
    withdrawal: "PIPA Art. 37",
    access: "PIPA Art. 35",
    rectification: "PIPA Art. 36",
    erasure: "PIPA Art. 36",
    restriction: "PIPA Art. 37",
    portability: "PIPA Art. 35-2",
    explanation: "PIPA Art. 37-2",
    "human-review": "PIPA Art. 37-2",
  },
};
