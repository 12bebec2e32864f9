/** From parsed policy files to one immutable set with look-ups. The files have been checked: every name in them exists. */
import type { Cell, Channel } from "@behest/contracts/ids";
import type { PolicySources } from "./sources.ts";
import { noticeHash, policyHash } from "./hash.ts";
import type { CallerFile, ChannelRule, DataMapFile, JurisdictionFile, PurposeFile } from "./schema.ts";

export type Purpose = PurposeFile & { /** `sha256:…` of the notice in all its languages: what a grant is bound to. */ noticeHash: string };

/** A jurisdiction with everything it inherits. */
export type Jurisdiction = {
  code: string;
  name: JurisdictionFile["name"];
  law: string;
  /** Itself first, then what it inherits from. */
  lineage: readonly string[];
  channels: Readonly<Partial<Record<Channel, ChannelRule>>>;
  age: JurisdictionFile["age"];
  separateConsent: ReadonlySet<string>;
  consentLastsMonths: JurisdictionFile["consentLastsMonths"];
};

export type CountryEntry = PolicySources["countries"]["countries"][string];
export type Subdivision = PolicySources["countries"]["subdivisions"][string];
export type Residency = {
  countries: ReadonlyMap<string, CountryEntry>;
  subdivisions: ReadonlyMap<string, Subdivision>;
  /** Lower-case name → countries it may mean. */
  names: ReadonlyMap<string, readonly string[]>;
  /** Where unknown and disputed residence goes. */
  otherwise: Cell;
};

export type Instrument = PolicySources["instruments"]["instruments"][number];
export type TransferRule = {
  class: string;
  needs: "none" | "instrument" | "instrument-or-consent" | "instrument-and-consent" | "never";
  ledger: boolean;
  citation: string;
};
export type Transfers = {
  /** Exporting zone → importing zone → what it takes. */
  rules: ReadonlyMap<string, ReadonlyMap<string, TransferRule>>;
  instruments: readonly Instrument[];
};

export type PolicySet = {
  version: string;
  /** `sha256:` and 64 hex digits, over everything that can change a decision. */
  hash: string;
  purposes: ReadonlyMap<string, Purpose>;
  callers: ReadonlyMap<string, CallerFile>;
  roles: ReadonlyMap<string, PolicySources["roles"]["roles"][string]>;
  controllers: ReadonlyMap<string, PolicySources["controllers"][number]>;
  categories: ReadonlyMap<string, PolicySources["categories"]["categories"][string]>;
  /** By source, which is also the database schema's name. */
  dataMaps: ReadonlyMap<string, DataMapFile>;
  jurisdictions: ReadonlyMap<string, Jurisdiction>;
  residency: Residency;
  transfers: Transfers;
  caps: readonly PolicySources["caps"]["caps"][number][];
  /** Purposes whose contacts are counted. */
  marketing: ReadonlySet<string>;
  /** How long proof of what is done at each use counts. */
  practice: PolicySources["caps"]["practice"];
};

export const compile = (sources: PolicySources): PolicySet => Object.freeze({ ...compileRules(sources), hash: policyHash(sources) });

/** All but the hash, which takes longer than the rest: for trying out many sets. */
export function compileRules(sources: PolicySources): Omit<PolicySet, "hash"> {
  const purposes = sources.purposes.map((purpose): Purpose => ({ ...purpose, noticeHash: noticeHash(purpose) }));
  return {
    version: sources.set.version,
    purposes: new Map(purposes.map((purpose) => [purpose.purpose, purpose])),
    callers: new Map(sources.callers.map((caller) => [caller.client, caller])),
    roles: new Map(Object.entries(sources.roles.roles)),
    controllers: new Map(sources.controllers.map((controller) => [controller.controller, controller])),
    categories: new Map(Object.entries(sources.categories.categories)),
    dataMaps: new Map(sources.dataMaps.map((map) => [map.source, map])),
    jurisdictions: inherit(sources.jurisdictions),
    residency: {
      countries: new Map(Object.entries(sources.countries.countries)),
      subdivisions: new Map(Object.entries(sources.countries.subdivisions)),
      names: new Map(Object.entries(sources.countries.names).map(([name, countries]) => [foldName(name), countries])),
      otherwise: sources.countries.otherwise,
    },
    transfers: { rules: transferRules(sources.transfers), instruments: sources.instruments.instruments },
    caps: sources.caps.caps,
    marketing: new Set(sources.caps.marketing),
    practice: sources.caps.practice,
  };
}

/** Names of places are compared without regard to case, width and spacing. */
export const foldName = (name: string): string => name.normalize("NFKC").trim().replaceAll(/\s+/g, " ").toLowerCase();

function inherit(files: readonly JurisdictionFile[]): ReadonlyMap<string, Jurisdiction> {
  const byCode = new Map(files.map((file) => [file.jurisdiction, file]));
  return new Map(files.map((file) => [file.jurisdiction, resolve(file, lineageOf(file, byCode))]));
}

function lineageOf(file: JurisdictionFile, byCode: ReadonlyMap<string, JurisdictionFile>): JurisdictionFile[] {
  const parent = file.inherits === undefined ? undefined : byCode.get(file.inherits);
  return parent === undefined ? [file] : [file, ...lineageOf(parent, byCode)];
}

/** Channel rules, age and duration: the nearest that says something. Separate consent: all of them, a child only adds. */
function resolve(file: JurisdictionFile, lineage: readonly JurisdictionFile[]): Jurisdiction {
  const fromFarthest = lineage.toReversed();
  return {
    code: file.jurisdiction,
    name: file.name,
    law: file.law,
    lineage: lineage.map((ancestor) => ancestor.jurisdiction),
    channels: Object.assign({}, ...fromFarthest.map((ancestor) => ancestor.channels)),
    age: lineage.find((ancestor) => ancestor.age !== undefined)?.age,
    separateConsent: new Set(lineage.flatMap((ancestor) => ancestor.separateConsent.map((rule) => rule.purpose))),
    consentLastsMonths: lineage.find((ancestor) => ancestor.consentLastsMonths !== undefined)?.consentLastsMonths,
  };
}

function transferRules(file: PolicySources["transfers"]): ReadonlyMap<string, ReadonlyMap<string, TransferRule>> {
  const citations = new Map(file.pairs.map((pair) => [`${pair.from}>${pair.to}`, pair.citation]));
  const ruleOf = (from: string, to: string, name: keyof typeof file.classes): TransferRule => {
    const found = file.classes[name];
    return { class: name, needs: found.needs, ledger: found.ledger, citation: citations.get(`${from}>${to}`) ?? found.citation };
  };
  const zones = Object.entries(file.matrix);
  return new Map(zones.map(([from, row]) => [from, new Map(Object.entries(row).map(([to, name]) => [to, ruleOf(from, to, name)]))]));
}
