import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PolicyFaults } from "./fault.ts";
import { loadPolicies } from "./load.ts";
import { smallSet, smallYaml } from "./testing/small-policies.ts";

// Whole policy sets are read and tried: long on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

const small = smallYaml();
let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "policies-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Writes the small set with some files changed, added (`change` of an empty text) or left out (null), and gives the faults found. */
function faultsWith(changes: Record<string, (text: string) => string | null>): readonly string[] {
  const files = new Map<string, string | null>(small);
  for (const [file, change] of Object.entries(changes)) files.set(file, change(files.get(file) ?? ""));
  for (const [file, text] of files) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    if (text !== null) writeFileSync(join(directory, file), text);
  }
  try {
    loadPolicies(directory);
    return [];
  } catch (fault) {
    if (fault instanceof PolicyFaults) return fault.lines;
    throw fault;
  }
}

/** Replaces a text that must be there. */
const put =
  (from: string, to: string) =>
  (text: string): string => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };

test("POLICY-15 read from files, the set is the same as made in memory, with the same hash", () => {
  expect(faultsWith({})).toEqual([]);
  expect(loadPolicies(directory)).toEqual(smallSet());
});

describe("each fault is told with file, line and what to do", () => {
  test.each<[string, string, (text: string) => string | null, string]>([
    [
      "a key with a typo",
      "purposes/news.yaml",
      put("channels:", "chanels:"),
      'purposes/news.yaml:2: unknown key "chanels" → did you mean "channels"?',
    ],
    ["a key that nothing resembles", "purposes/news.yaml", put("benefit:", "zzzzzzzzz: 1\nbenefit:"), "known here: purpose, channels"],
    [
      "a nested key with a typo",
      "jurisdictions/DE.yaml",
      put("softOptIn:", "softOptin:"),
      'unknown key "softOptin" → did you mean "softOptIn"?',
    ],
    [
      "a value with a typo",
      "jurisdictions/CN.yaml",
      put("rule: opt-in", "rule: optin"),
      '"optin" is not known here → did you mean "opt-in"?',
    ],
    [
      "a purpose untranslated",
      "purposes/news.yaml",
      (text) => text.replace(/ {4}ja: May we.*\n/, ""),
      "purposes/news.yaml:30: notice.text is not translated into ja → add ja",
    ],
    [
      "a basis uncited",
      "purposes/analytics.yaml",
      put("    citation: GDPR Art. 6(1)(f)\n", ""),
      "basis.default has no citation → say which law",
    ],
    ["a number uncited", "jurisdictions/EU.yaml", put("years: 16\n  citation: GDPR Art. 8(1)", "years: 16"), "age has no citation"],
    [
      "a key twice",
      "callers/shop.yaml",
      put("client: shop", "client: shop\nclient: shop"),
      "callers/shop.yaml:2: this key stands twice → delete one",
    ],
    ["broken YAML", "callers/shop.yaml", () => "client: [", "callers/shop.yaml:1: "],
    ["an empty file", "callers/shop.yaml", () => "", "callers/shop.yaml:1: Invalid input"],
    [
      "a name unlike its file's",
      "callers/shop.yaml",
      put("client: shop", "client: shopp"),
      'the file is named "shop", inside it says "shopp" → make them the same',
    ],
    ["a file too deep", "purposes/more/news.yaml", () => "a: 1", "purposes/more/news.yaml:1: nothing reads this file"],
    ["a file with the wrong ending", "purposes/news.yml", () => "a: 1", "purposes/news.yml:1: nothing reads this file"],
    ["a file left out", "channels/caps.yaml", () => null, "channels/caps.yaml:1: the file is missing"],
    ["an unknown category", "purposes/news.yaml", put("- contact", "- contakt"), 'unknown category "contakt" → did you mean "contact"?'],
    ["an unknown jurisdiction of a basis", "purposes/profiling.yaml", put("  CN:", "  BR:"), 'unknown jurisdiction "BR"'],
    [
      "an unknown purpose of a caller",
      "callers/shop.yaml",
      put("- news", "- newz"),
      'callers/shop.yaml:8: unknown purpose "newz" → did you mean "news"?',
    ],
    ["an unknown country of a caller", "callers/shop-abroad.yaml", put("country: CN", "country: QQ"), 'unknown country "QQ"'],
    ["an unknown role", "callers/shop.yaml", put("  agent:", "  agentt:"), 'unknown role "agentt" → did you mean "agent"?'],
    ["an unknown country of a controller", "controllers/shop-eu.yaml", put("country: DE", "country: QQ"), 'unknown country "QQ"'],
    [
      "two controllers for one source in one cell",
      "controllers/shop-de.yaml",
      () => small.get("controllers/shop-eu.yaml")?.replace("controller: shop-eu", "controller: shop-de") ?? "",
      "crm in eu has another controller already",
    ],
    [
      "an unknown category of a column",
      "data-map/crm.yaml",
      put("category: finance", "category: finanse"),
      'unknown category "finanse" → did you mean "finance"?',
    ],
    [
      "a link to an unmapped table",
      "data-map/crm.yaml",
      put("table: contact", "table: kontakt"),
      'the link to "kontakt" leads to no person',
    ],
    [
      "a link over an unmapped column",
      "data-map/crm.yaml",
      put("column: contact_id", "column: contact_ids"),
      'unknown column "invoice.contact_ids" → did you mean "invoice.contact_id"?',
    ],
    ["residence in an unmapped column", "data-map/crm.yaml", put("- contact.country", "- contact.land"), 'unknown column "contact.land"'],
    ["inheritance from nobody", "jurisdictions/DE.yaml", put("inherits: EU", "inherits: EV"), "jurisdiction"],
    [
      "inheritance in a circle",
      "jurisdictions/EU.yaml",
      put("jurisdiction: EU", "jurisdiction: EU\ninherits: DE"),
      "jurisdictions/EU.yaml:2: EU inherits from itself by way of DE",
    ],
    [
      "a part that does not inherit from its country",
      "jurisdictions/US-CA.yaml",
      put("inherits: US\n", ""),
      "US-CA does not inherit from US",
    ],
    [
      "separate consent for an unknown purpose",
      "jurisdictions/CN.yaml",
      put("purpose: transfer-abroad", "purpose: transfer-abrod"),
      'did you mean "transfer-abroad"?',
    ],
    [
      "opt-out without conditions",
      "purposes/profiling.yaml",
      put("    conditions:\n      - opt_out_notice_given\n", ""),
      "opt-out without conditions would allow on silence",
    ],
    [
      "conditions that mean nothing",
      "purposes/analytics.yaml",
      put("kind: legitimate-interest", "kind: legitimate-interest\n    conditions: [register_checked]"),
      "conditions mean nothing for legitimate-interest",
    ],
    [
      "a channel rule without channels",
      "purposes/analytics.yaml",
      put("kind: legitimate-interest", "kind: channel-rule"),
      "channel-rule for a purpose without channels",
    ],
    ["quiet hours at no time", "jurisdictions/US.yaml", put("from: 21:00", "from: 29:00"), "not two different times of day"],
    [
      "a country under an unknown law",
      "residency/countries.yaml",
      put("jurisdiction: DE", "jurisdiction: DD"),
      'unknown jurisdiction "DD"',
    ],
    [
      "a time zone that does not exist",
      "residency/countries.yaml",
      put("- Europe/Berlin", "- Europe/Berlim"),
      'unknown time zone "Europe/Berlim" → did you mean "Europe/Berlin"?',
    ],
    ["a name for no country", "residency/countries.yaml", put("Germany:\n    - DE", "Germany:\n    - DD"), 'unknown country "DD"'],
    ["a name twice", "residency/countries.yaml", put("  Germany:", "  germany: [DE]\n  Germany:"), 'the name "germany" stands twice'],
    ["a hole in the matrix", "residency/transfers.yaml", put("    SG: adequacy\n", ""), "matrix.EU.SG is missing"],
    [
      "an export within a zone",
      "residency/transfers.yaml",
      put("EU: domestic", "EU: adequacy"),
      'EU to EU is "adequacy" → within a zone write "domestic"',
    ],
    ["a class that nobody defined", "residency/transfers.yaml", put("SG: adequacy", "SG: adequate"), '"adequate" is not known here'],
    [
      "an instrument for an unknown client",
      "residency/instruments.yaml",
      put("- shop", "- shopp"),
      'unknown client "shopp" → did you mean "shop"?',
    ],
    ["an instrument that helps nothing", "residency/instruments.yaml", put("to: CN", "to: JP"), "no instrument helps from EU to JP"],
    ["an instrument twice", "residency/instruments.yaml", put("cac-cn-eu", "scc-eu-cn"), 'the instrument "scc-eu-cn" stands twice'],
    [
      "an end of consent for an unknown purpose",
      "jurisdictions/CN.yaml",
      put("purposes:\n    - news", "purposes:\n    - newz"),
      'unknown purpose "newz" → did you mean "news"?',
    ],
    ["marketing that is no purpose", "channels/caps.yaml", put("- news", "- newz"), 'unknown purpose "newz"'],
  ])("POLICY-14 %s", (_title, file, change, line) => {
    const faults = faultsWith({ [file]: change });
    expect(faults.join("\n")).toContain(line);
    for (const fault of faults) expect(fault).toMatch(/^[\w/.-]+:\d+: .+ → .+$/);
  });

  test("POLICY-14 all faults of all files are told at once, and a broken file does not make its name unknown", () => {
    const faults = faultsWith({
      "purposes/news.yaml": put("channels:", "chanels:"),
      "callers/shop.yaml": put("- calls", "- cals"),
      "jurisdictions/EU.yaml": put("years: 16", "years: 99"),
    });
    expect(faults.map((fault) => fault.split(":", 1)[0])).toEqual([
      "purposes/news.yaml",
      "purposes/news.yaml",
      "jurisdictions/EU.yaml",
      "callers/shop.yaml",
    ]);
  });

  test("POLICY-14 a folder that is not there is told as such", () => {
    expect(() => loadPolicies(join(directory, "nowhere"))).toThrow("there is no such folder");
  });

  test("POLICY-14 a folder with faults gives no set", () => {
    expect(faultsWith({ "set.yaml": put("2026-11-22.1", "newest") })).toHaveLength(1);
    expect(() => loadPolicies(directory)).toThrow(PolicyFaults);
  });
});
