import { stringify } from "yaml";
import { expect, test, vi } from "vitest";
import { readCases } from "./cases.ts";
import { mutantsOf } from "./mutants.ts";
import { mutate } from "./mutate.ts";
import { parseYaml } from "./read-folder.ts";
import { smallPolicies } from "./testing/small-policies.ts";

// Whole policy sets are read and tried: long on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

const files = Object.entries(smallPolicies()).map(([file, value]) => ({ file, value }));
/** What could be deleted from a file, if these were the only cases. */
const missedIn = (content: object, file: string): string[] =>
  mutate(files, readCases([parseYaml("a.test.yaml", stringify(content)).yaml]))
    .missed.filter((mutant) => mutant.file === file)
    .map(({ what }) => what);

test("POLICY-17 every kind of rule is taken away once", () => {
  const tried = mutantsOf(files).map(({ file, what }) => `${file} ${what}`);
  expect(tried).toHaveLength(new Set(tried).size);
  for (const rule of [
    "purposes/profiling.yaml basis › CN",
    "purposes/profiling.yaml basis › US › conditions › opt_out_notice_given",
    "purposes/profiling.yaml lastsMonths",
    "purposes/news.yaml categories › contact",
    "purposes/both-ways.yaml channels › phone",
    "callers/shop.yaml purposes › news",
    "callers/shop.yaml staff › agent › support",
    "callers/trusted.yaml tellingReasons",
    "callers/roles.yaml roles › agent",
    "jurisdictions/DE.yaml inherits",
    "jurisdictions/DE.yaml channels › email",
    "jurisdictions/DE.yaml channels › email › softOptIn",
    "jurisdictions/DE.yaml channels › email › softOptIn › conditions › contact_from_sale",
    "jurisdictions/DE.yaml channels › email › confirmation",
    "jurisdictions/EU.yaml channels › email › softOptIn › monthsMax",
    "jurisdictions/EU.yaml age",
    "jurisdictions/US.yaml channels › phone › quietHours",
    "jurisdictions/US.yaml channels › phone › registerDaysMax",
    "jurisdictions/US.yaml channels › email › conditions › opt_out_notice_given",
    "jurisdictions/CN.yaml consentLastsMonths",
    "jurisdictions/CN.yaml consentLastsMonths › purposes › news",
    "callers/shop-abroad.yaml country",
    "channels/caps.yaml practice › conditions › objection_notice_at_each_use",
    'jurisdictions/CN.yaml separateConsent › {"purpose":"transfer-abroad","citation":"PIPL Art. 39","status":"V"}',
    "residency/countries.yaml countries › LB",
    "residency/countries.yaml countries › DE › zone",
    "residency/countries.yaml subdivisions › US-CA",
    "residency/countries.yaml names › Germany",
    "residency/transfers.yaml matrix › EU › CN",
    "residency/transfers.yaml classes › cac › needs",
    "residency/transfers.yaml classes › cac › ledger",
    "data-map/crm.yaml tables › invoice › columns › amount",
    "data-map/crm.yaml tables › contact › erasure",
    "data-map/crm.yaml tables › contact › about › residence › contact.country",
    'controllers/shop-eu.yaml sources › {"source":"crm","cells":["eu"]}',
    "channels/caps.yaml marketing › news",
  ])
    expect(tried).toContain(rule);
  for (const kind of ["residency/instruments.yaml instruments › {", "residency/transfers.yaml pairs › {", "channels/caps.yaml caps › {"])
    expect(tried.some((rule) => rule.startsWith(kind))).toBe(true);
});

test("POLICY-17 a rule is missed by nobody until a case speaks of it", () => {
  const file = "data-map/crm.yaml";
  expect(missedIn({}, file)).toContain("tables › invoice › columns › amount");
  expect(missedIn({ columns: { crm: { finance: ["invoice.amount"] } } }, file)).not.toContain("tables › invoice › columns › amount");
});

test("POLICY-17 a deletion that leaves a set which does not load is noticed without a case", () => {
  expect(missedIn({}, "residency/transfers.yaml").filter((what) => what.startsWith("matrix"))).toEqual([]);
  expect(missedIn({}, "data-map/crm.yaml")).not.toContain("tables › contact › columns › id");
});

test("POLICY-17 the files themselves are left as they were", () => {
  const before = structuredClone(files);
  mutantsOf(files);
  expect(files).toEqual(before);
});
