/** A small but whole set of policy files, so that a test of the engine does not change with the law. */
import { stringify } from "yaml";
import { assemble } from "../assemble.ts";
import { compile, type PolicySet } from "../compile.ts";
import type { Question, SubjectState } from "../state.ts";

const words = (text: string) => ({ en: text, de: text, ja: text, "zh-CN": text });
const house = { citation: "house rule", status: "house" };
const law = (citation: string) => ({ citation, status: "V" });

const purpose = (code: string, rest: object) => ({
  purpose: code,
  channels: [],
  categories: ["contact", "reference"],
  lastsMonths: null,
  name: words(code),
  description: words(code),
  benefit: words(code),
  recipients: [words("us")],
  notice: { version: "2026-11-01", text: words(`May we? ${code}`) },
  ...rest,
});

const zones = ["EU", "UK", "US", "CN", "JP", "BR", "IN", "KR", "SG", "CH"];
const classOf = (from: string, to: string): string => {
  if (from === to) return "domestic";
  if (from === "US") return to === "CN" ? "doj" : "free";
  if (from === "CN") return "cac";
  return from === "JP" ? "contract-or-consent" : to === "CN" ? "contract" : "adequacy";
};

/** File → value. Each call gives its own, to be changed at will. */
export const smallPolicies = () => ({
  "set.yaml": { version: "2026-11-22.1" },
  "purposes/news.yaml": purpose("news", { channels: ["email"], basis: { default: { kind: "channel-rule", ...house } } }),
  "purposes/calls.yaml": purpose("calls", { channels: ["phone"], basis: { default: { kind: "channel-rule", ...house } } }),
  "purposes/both-ways.yaml": purpose("both-ways", { channels: ["email", "phone"], basis: { default: { kind: "channel-rule", ...house } } }),
  "purposes/profiling.yaml": purpose("profiling", {
    lastsMonths: 12,
    basis: {
      default: { kind: "consent", ...house },
      US: { kind: "opt-out", conditions: ["opt_out_notice_given"], ...law("Cal. Civ. § 1798.120") },
      CN: { kind: "prohibited", ...law("PIPL Art. 24") },
    },
  }),
  "purposes/analytics.yaml": purpose("analytics", { basis: { default: { kind: "legitimate-interest", ...law("GDPR Art. 6(1)(f)") } } }),
  "purposes/support.yaml": purpose("support", {
    categories: ["contact", "orders", "reference"],
    basis: { default: { kind: "contract", ...law("GDPR Art. 6(1)(b)") } },
  }),
  "purposes/billing.yaml": purpose("billing", { basis: { default: { kind: "legal-obligation", ...law("HGB § 257") } } }),
  "purposes/transfer-abroad.yaml": purpose("transfer-abroad", { basis: { default: { kind: "consent", ...house } } }),
  "callers/roles.yaml": { roles: { agent: { name: words("agent"), sees: "everyone" } } },
  "callers/shop.yaml": {
    client: "shop",
    name: words("shop"),
    purposes: ["news", "calls", "both-ways", "profiling", "analytics", "support", "billing"],
    staff: { agent: ["support"] },
    tellingReasons: false,
  },
  "callers/shop-abroad.yaml": {
    client: "shop-abroad",
    name: words("shop abroad"),
    purposes: ["support"],
    tellingReasons: false,
    country: "CN",
  },
  "callers/trusted.yaml": { client: "trusted", name: words("trusted"), purposes: ["news", "profiling", "billing"], tellingReasons: true },
  "controllers/shop-eu.yaml": {
    controller: "shop-eu",
    legalName: "Shop SE",
    country: "DE",
    address: "Berlin",
    contact: "privacy@example.com",
    sources: [{ source: "crm", cells: ["eu"] }],
  },
  "data-map/categories.yaml": {
    categories: Object.fromEntries(
      ["contact", "orders", "finance", "reference"].map((code) => [code, { name: words(code), sensitive: false, kept: words("a year") }]),
    ),
  },
  "data-map/crm.yaml": {
    source: "crm",
    kind: "crm",
    provenance: words("the shop"),
    tables: {
      contact: {
        about: {
          kind: "person",
          key: "id",
          reference: "external_key",
          residence: ["contact.country"],
          contactPoints: [{ channel: "email", column: "email" }],
        },
        erasure: "anonymise",
        key: ["id"],
        columns: {
          id: { category: "reference" },
          external_key: { category: "reference" },
          country: { category: "reference" },
          email: { category: "contact" },
        },
      },
      invoice: {
        about: { kind: "link", column: "contact_id", table: "contact" },
        erasure: "keep",
        key: ["id"],
        columns: { id: { category: "reference" }, contact_id: { category: "reference" }, amount: { category: "finance" } },
      },
    },
  },
  "jurisdictions/EU.yaml": {
    jurisdiction: "EU",
    name: words("EU"),
    law: "GDPR",
    channels: {
      email: {
        rule: "opt-in",
        softOptIn: { conditions: ["contact_from_sale", "objection_notice_at_each_use"], monthsMax: 24, ...law("ePD Art. 13(2)") },
        ...law("ePD Art. 13(1)"),
      },
      phone: { rule: "opt-in", ...law("ePD Art. 13(3)") },
    },
    age: { years: 16, ...law("GDPR Art. 8(1)") },
  },
  "jurisdictions/DE.yaml": {
    jurisdiction: "DE",
    inherits: "EU",
    name: words("DE"),
    law: "UWG",
    channels: {
      email: {
        rule: "opt-in",
        confirmation: law("BGH I ZR 164/09"),
        softOptIn: { conditions: ["contact_from_sale", "objection_notice_at_each_use"], ...law("UWG § 7(3)") },
        ...law("UWG § 7(2)"),
      },
    },
  },
  "jurisdictions/US.yaml": {
    jurisdiction: "US",
    name: words("US"),
    law: "CAN-SPAM",
    channels: {
      email: { rule: "opt-out", conditions: ["opt_out_notice_given", "opt_out_link_in_each_message"], ...law("CAN-SPAM") },
      phone: {
        rule: "opt-out",
        conditions: ["register_checked"],
        registerDaysMax: 31,
        quietHours: { from: "21:00", to: "08:00", ...law("47 CFR 64.1200(c)(1)") },
        ...law("47 CFR 64.1200(c)(2)"),
      },
    },
    age: { years: 13, ...law("COPPA") },
  },
  "jurisdictions/US-CA.yaml": {
    jurisdiction: "US-CA",
    inherits: "US",
    name: words("US-CA"),
    law: "CCPA",
    age: { years: 16, ...law("Cal. Civ. § 1798.120(c)") },
  },
  "jurisdictions/CN.yaml": {
    jurisdiction: "CN",
    name: words("CN"),
    law: "PIPL",
    channels: { email: { rule: "opt-in", ...law("Advertising Law Art. 43") } },
    separateConsent: [{ purpose: "transfer-abroad", ...law("PIPL Art. 39") }],
    consentLastsMonths: { months: 24, purposes: ["news"], ...house },
  },
  "residency/countries.yaml": {
    countries: {
      DE: { cell: "eu", jurisdiction: "DE", zone: "EU", timeZones: ["Europe/Berlin"] },
      FR: { cell: "eu", jurisdiction: "EU", zone: "EU", timeZones: ["Europe/Paris"] },
      GB: { cell: "uk", jurisdiction: "EU", zone: "UK", timeZones: ["Europe/London"] },
      US: { cell: "us", jurisdiction: "US", zone: "US", timeZones: ["America/New_York", "Pacific/Honolulu"] },
      CN: { cell: "cn", jurisdiction: "CN", zone: "CN", timeZones: ["Asia/Shanghai"] },
      JP: { cell: "jp", jurisdiction: "EU", zone: "JP", timeZones: ["Asia/Tokyo"] },
      LB: { cell: "eu", timeZones: ["Asia/Beirut"] },
    },
    subdivisions: {
      "US-CA": { jurisdiction: "US-CA", timeZones: ["America/Los_Angeles"] },
      "US-TX": { jurisdiction: "US", timeZones: ["America/Chicago"] },
      "US-NY": { jurisdiction: "US", timeZones: ["America/New_York", "Pacific/Honolulu"] },
    },
    otherwise: "eu",
    names: { Germany: ["DE"], "The Isles": ["GB", "FR"], Nowhere: [] },
  },
  "residency/transfers.yaml": {
    classes: {
      domestic: { needs: "none", ledger: false, ...house },
      adequacy: { needs: "none", ledger: true, ...law("GDPR Art. 45") },
      certified: { needs: "instrument", ledger: true, ...law("GDPR Art. 45") },
      contract: { needs: "instrument", ledger: true, ...law("GDPR Art. 46") },
      "contract-or-consent": { needs: "instrument-or-consent", ledger: true, ...law("APPI Art. 28") },
      "consent-or-contract": { needs: "instrument-or-consent", ledger: true, ...law("PIPA Art. 28-8") },
      cac: { needs: "instrument-and-consent", ledger: true, ...law("PIPL Arts 38-39") },
      free: { needs: "none", ledger: false, ...house },
      blacklist: { needs: "none", ledger: true, ...law("DPDP s. 16") },
      doj: { needs: "never", ledger: true, ...law("28 CFR 202") },
    },
    matrix: Object.fromEntries(zones.map((from) => [from, Object.fromEntries(zones.map((to) => [to, classOf(from, to)]))])),
    pairs: [{ from: "EU", to: "CN", ...law("SCC 2021/914") }],
  },
  "residency/instruments.yaml": {
    instruments: [
      {
        instrument: "scc-eu-cn",
        kind: "SCC",
        from: "EU",
        to: "CN",
        clients: ["shop"],
        purposes: ["support"],
        validUntil: "2027-06-30",
        reference: "contract 7",
        ...law("SCC 2021/914"),
      },
      {
        instrument: "cac-cn-eu",
        kind: "standard contract",
        from: "CN",
        to: "EU",
        clients: ["shop"],
        purposes: ["support"],
        validUntil: "2027-06-30",
        reference: "filing 1",
        ...law("PIPL Art. 38"),
      },
    ],
  },
  "channels/caps.yaml": {
    caps: [{ cap: "weekly", channels: ["email", "phone"], max: 2, windowDays: 7, ...house }],
    marketing: ["news", "calls", "both-ways"],
    practice: {
      conditions: ["objection_notice_at_each_use", "opt_out_link_in_each_message"],
      monthsMax: 12,
      citation: "house rule of practice",
      status: "house",
    },
  },
});

/** As `file → YAML text`, to be written to a folder. */
export const smallYaml = (): Map<string, string> =>
  new Map(Object.entries(smallPolicies()).map(([file, value]) => [file, stringify(value, { aliasDuplicateObjects: false })]));

export function smallSet(files: Record<string, unknown> = smallPolicies()): PolicySet {
  const { sources, faults } = assemble(Object.entries(files).map(([file, value]) => ({ file, value })));
  if (sources === null) throw new Error(faults.map(({ file, path, what }) => `${file} ${path.join(".")}: ${what}`).join("\n"));
  return compile(sources);
}

const at = new Date("2026-11-23T12:00:00.000Z");

export const ask = (purposeCode: string, rest: Partial<Question> = {}): Question => ({
  caller: { client: "shop", roles: null },
  purpose: purposeCode,
  cell: "eu",
  at,
  contactNow: false,
  ...rest,
});

export const person = (countries: readonly string[], rest: Partial<SubjectState> = {}): SubjectState => ({
  status: "active",
  restricted: false,
  countries,
  subdivision: null,
  timeZone: null,
  birthYear: null,
  consents: {},
  objections: {},
  contactPoints: {},
  evidence: [],
  contacts: [],
  ...rest,
});
