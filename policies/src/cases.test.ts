import { stringify } from "yaml";
import { describe, expect, test, vi } from "vitest";
import { failuresOf, readCases } from "./cases.ts";
import { PolicyFaults } from "./fault.ts";
import { loadPolicies, policiesDirectory } from "./load.ts";
import { parseYaml, readFolder } from "./read-folder.ts";
import { smallSet } from "./testing/small-policies.ts";

// Whole policy sets are read and tried: long on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

const set = smallSet();
const casesOf = (content: object) => readCases([parseYaml("news.test.yaml", stringify(content)).yaml]);
const failures = (content: object): string[] => failuresOf(casesOf(content), set);
const ask = { client: "shop", purpose: "news" };
const refused = (reasons: unknown[]) => ({ allowed: false, reasons });

test("POLICY-17 the cases beside the real policies hold", () => {
  const cases = readCases(readFolder(policiesDirectory).cases);
  expect(cases.length).toBeGreaterThan(100);
  expect(failuresOf(cases, loadPolicies())).toEqual([]);
});

describe("a case that holds is silent", () => {
  test.each<[string, object]>([
    ["a refusal", { cases: [{ name: "a", ask, person: { countries: ["DE"] }, expect: refused(["consent_not_recorded"]) }] }],
    [
      "a refusal in full",
      { cases: [{ name: "a", ask, person: { countries: ["DE"] }, expect: refused([{ code: "consent_not_recorded", purpose: "news" }]) }] },
    ],
    ["nobody", { cases: [{ name: "a", ask, person: null, expect: refused(["subject_unknown"]) }] }],
    [
      "unknown residence by default",
      {
        cases: [
          {
            name: "a",
            ask: { ...ask, purpose: "profiling" },
            expect: refused(["consent_not_recorded", "opt_out_evidence_missing", "legal_basis_missing"]),
          },
        ],
      },
    ],
    [
      "a grant in one word",
      {
        cases: [
          {
            name: "a",
            ask,
            person: { countries: ["DE"], consents: { news: "granted" } },
            expect: { allowed: true, obligations: ["unsubscribe-link"] },
          },
        ],
      },
    ],
    [
      "a grant spoilt",
      {
        cases: [
          {
            name: "a",
            ask,
            person: {
              countries: ["DE"],
              consents: { news: { status: "granted", contact: { email: "old" } } },
              contactPoints: { email: "new" },
            },
            expect: refused(["contact_point_changed"]),
          },
        ],
      },
    ],
    [
      "evidence by date",
      {
        cases: [
          {
            name: "a",
            ask: { ...ask, purpose: "calls" },
            person: { countries: ["US"], evidence: { phone: { register_checked: "2026-11-22T00:00:00Z" } } },
            expect: { allowed: true },
          },
        ],
      },
    ],
    [
      "contacts by number",
      {
        cases: [
          {
            name: "a",
            ask: { ...ask, contactNow: true },
            person: { countries: ["DE"], consents: { news: "granted" }, contacts: { email: 2 } },
            expect: refused([{ code: "frequency_cap_reached", channel: "email" }]),
          },
        ],
      },
    ],
    [
      "an objection",
      {
        cases: [
          {
            name: "a",
            ask: { ...ask, purpose: "analytics" },
            person: { countries: ["DE"], objections: ["analytics"] },
            expect: refused(["objected"]),
          },
        ],
      },
    ],
    [
      "places",
      {
        residency: {
          Germany: "DE",
          Nowhere: { countries: [], cell: "eu", jurisdictions: "all", recognised: true },
          "US-CA": { jurisdictions: ["US-CA"] },
          LB: { zone: null },
        },
      },
    ],
    [
      "fields",
      {
        fields: [
          {
            name: "a",
            ask: { ...ask, purpose: "support" },
            person: { countries: ["DE"] },
            readable: ["contact.email"],
            withheld: { category_not_needed: ["invoice.amount"], field_unmapped: ["contact.age"] },
          },
        ],
      },
    ],
    ["columns", { columns: { crm: { finance: ["invoice.amount"] } } }],
    ["bases", { bases: { profiling: { "US-CA": { kind: "opt-out" }, DE: { citation: "house rule" } } } }],
    ["maps", { maps: { crm: { contact: { erasure: "anonymise", about: { key: "id" } } } } }],
    ["controllers", { controllers: { crm: { eu: "shop-eu" } } }],
    ["needs", { needs: { news: ["reference", "contact"] } }],
    ["rules", { rules: { DE: { email: { rule: "opt-in", softOptIn: { citation: "UWG § 7(3)" } }, phone: { rule: "opt-in" } } } }],
  ])("POLICY-17 %s", (_title, content) => {
    expect(failures(content)).toEqual([]);
  });
});

describe("a case that does not hold is told by file, line and name", () => {
  const base = { name: "a", ask, person: { countries: ["DE"] } };
  test.each<[string, object, string]>([
    ["allowed instead", { cases: [{ ...base, expect: { allowed: true } }] }, "news.test.yaml:2: a: expected"],
    ["another reason", { cases: [{ ...base, expect: refused(["objected"]) }] }, "consent_not_recorded"],
    ["a reason too many", { cases: [{ ...base, expect: refused(["consent_not_recorded", "objected"]) }] }, "objected"],
    [
      "a reason too few",
      { cases: [{ ...base, ask: { ...ask, categories: ["finance"] }, expect: refused(["consent_not_recorded"]) }] },
      "category_not_needed",
    ],
    [
      "another member of a reason",
      { cases: [{ ...base, expect: refused([{ code: "consent_not_recorded", purpose: "calls" }]) }] },
      "calls",
    ],
    [
      "an obligation too few",
      { cases: [{ ...base, person: { countries: ["DE"], consents: { news: "granted" } }, expect: { allowed: true, obligations: [] } }] },
      "unsubscribe-link",
    ],
    ["another country", { residency: { Germany: "FR" } }, 'news.test.yaml:2: Germany: countries: expected ["FR"], got ["DE"]'],
    ["another cell", { residency: { Germany: { cell: "uk" } } }, "cell"],
    [
      "a field that is closed",
      { fields: [{ name: "a", ask, person: { countries: ["DE"] }, readable: ["contact.email"] }] },
      "contact.email: expected readable, got consent_not_recorded",
    ],
    [
      "a column of another category",
      { columns: { crm: { contact: ["invoice.amount"] } } },
      "invoice.amount: expected contact, got finance",
    ],
    ["another basis", { bases: { profiling: { DE: { kind: "contract" } } } }, "contract"],
    ["another rule", { rules: { DE: { email: { rule: "opt-out" } } } }, "opt-out"],
    ["another map", { maps: { crm: { contact: { erasure: "keep" } } } }, "anonymise"],
    ["a controller too few", { controllers: { crm: { eu: "shop-eu", uk: "shop-eu" } } }, "shop-eu"],
    ["other needs", { needs: { news: ["contact"] } }, "reference"],
    ["names that nothing bears", { columns: { erp: { contact: ["a.b"] } }, bases: { mining: { DE: {} } } }, 'no data map "erp"'],
  ])("POLICY-17 %s", (_title, content, text) => {
    expect(failures(content).join("\n")).toContain(text);
  });

  test("POLICY-17 a case file with a typo is a fault, not a case that holds", () => {
    expect(() => casesOf({ casses: [] })).toThrow(PolicyFaults);
    expect(() => casesOf({ cases: [{ ...base, expect: { allowed: false } }] })).toThrow("reasons are written where it is denied");
    expect(() => casesOf({ cases: [{ ...base, expect: { allowed: true, reasons: ["objected"] } }] })).toThrow(PolicyFaults);
  });
});
