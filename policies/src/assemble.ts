/** From the values of all files to sources that can be compiled, or every fault in them. */
import { checkCallers } from "./check-callers.ts";
import { checkControllers } from "./check-controllers.ts";
import { checkCountries } from "./check-countries.ts";
import { checkDataMaps } from "./check-data-map.ts";
import { checkJurisdictions } from "./check-jurisdictions.ts";
import { checkPurposes } from "./check-purposes.ts";
import { checkTransfers } from "./check-transfers.ts";
import type { Fault } from "./fault.ts";
import * as kinds from "./file-kinds.ts";
import type { Known, PolicySources } from "./sources.ts";

export type RuleFile = { file: string; value: unknown };
/** `sources` null: there are faults. */
export type Assembled = { sources: PolicySources | null; faults: Fault[] };

type Check = (sources: PolicySources, known: Known) => Fault[];
const checks: readonly Check[] = [
  checkPurposes,
  checkCallers,
  checkControllers,
  checkDataMaps,
  checkJurisdictions,
  checkCountries,
  checkTransfers,
];

/** In whatever order the files come, the set and its hash are the same. */
export function assemble(unordered: readonly RuleFile[]): Assembled {
  const files = unordered.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const faults: Fault[] = files
    .filter(({ file }) => !kinds.fileKinds.some(({ pattern }) => pattern.test(file)))
    .map(({ file }) => ({
      file,
      path: [],
      what: "nothing reads this file",
      todo: "move it where its kind belongs (README), or delete it",
    }));
  const many = <T>(kind: kinds.FileKind<T>): T[] =>
    files
      .filter(({ file }) => kind.pattern.test(file))
      .flatMap(({ file, value }) => {
        const parsed = kind.read(file, value);
        if (parsed.ok) return [parsed.value];
        faults.push(...parsed.faults);
        return [];
      });
  const one = <T>(kind: kinds.FileKind<T>, file: string): T | undefined => {
    if (!files.some((found) => found.file === file)) faults.push({ file, path: [], what: "the file is missing", todo: "add it (README)" });
    return many(kind)[0];
  };
  const single = {
    set: one(kinds.setKind, "set.yaml"),
    roles: one(kinds.rolesKind, "callers/roles.yaml"),
    categories: one(kinds.categoriesKind, "data-map/categories.yaml"),
    countries: one(kinds.countriesKind, "residency/countries.yaml"),
    transfers: one(kinds.transfersKind, "residency/transfers.yaml"),
    instruments: one(kinds.instrumentsKind, "residency/instruments.yaml"),
    caps: one(kinds.capsKind, "channels/caps.yaml"),
  };
  const lists = {
    purposes: many(kinds.purposeKind),
    callers: many(kinds.callerKind),
    controllers: many(kinds.controllerKind),
    dataMaps: many(kinds.dataMapKind),
    jurisdictions: many(kinds.jurisdictionKind),
  };
  if (!isWhole(single)) return { sources: null, faults };
  const sources: PolicySources = { ...single, ...lists };
  faults.push(...checks.flatMap((check) => check(sources, knownFrom(files))));
  return { sources: faults.length > 0 ? null : sources, faults };
}

function knownFrom(files: readonly RuleFile[]): Known {
  const named = (kind: { pattern: RegExp }): Set<string> => new Set(files.flatMap(({ file }) => kind.pattern.exec(file)?.[1] ?? []));
  return { purposes: named(kinds.purposeKind), clients: named(kinds.callerKind), jurisdictions: named(kinds.jurisdictionKind) };
}

type Single = Pick<PolicySources, "set" | "roles" | "categories" | "countries" | "transfers" | "instruments" | "caps">;
const isWhole = (found: { [File in keyof Single]: Single[File] | undefined }): found is Single =>
  Object.values(found).every((value) => value !== undefined);
