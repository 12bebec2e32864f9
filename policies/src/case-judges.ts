/** One judge for each kind of case: null when it holds, else what came instead. */
import type { CaseFile, DecisionCase, FieldCase, Place } from "./case-file.ts";
import { questionOf, stateOf } from "./case-person.ts";
import type { PolicySet } from "./compile.ts";
import { decide } from "./decide.ts";
import { categoryOf, fieldsFor, neededCategories } from "./fields.ts";
import { basisOf } from "./regime.ts";
import { cellOfCountries, jurisdictionsOf, normaliseCountry, timeZonesOf } from "./residency.ts";

export function judgeDecision(set: PolicySet, one: DecisionCase): string | null {
  const verdict = decide(set, questionOf(set, one), stateOf(set, one));
  const { allowed, reasons = [], obligations } = one.expect;
  const asExpected =
    verdict.allowed === allowed &&
    sameList(verdict.reasons, reasons, "code") &&
    (obligations === undefined || sameList(verdict.obligations, obligations, "kind"));
  return asExpected
    ? null
    : `expected ${say(one.expect)}, got ${say({ allowed: verdict.allowed, reasons: verdict.reasons, obligations: verdict.obligations })}`;
}

/** Every entry is met by something and everything meets an entry. A plain word stands for the named member. */
function sameList(found: readonly object[], expected: readonly (string | object)[], member: string): boolean {
  const meets = (item: object, entry: string | object): boolean => matches(item, typeof entry === "string" ? { [member]: entry } : entry);
  return (
    expected.every((entry) => found.some((item) => meets(item, entry))) &&
    found.every((item) => expected.some((entry) => meets(item, entry)))
  );
}

/** Each member that is expected is there; others may be too. Lists are compared whole, in any order. */
function matches(found: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null || Array.isArray(expected)) return sorted(found) === sorted(expected);
  return (
    typeof found === "object" && found !== null && Object.entries(expected).every(([key, value]) => matches(Reflect.get(found, key), value))
  );
}

export function judgePlace(set: PolicySet, name: string, expected: Place): string | null {
  const { countries, recognised } = normaliseCountry(set, name);
  const subdivision = set.residency.subdivisions.has(name) ? name : null;
  const state = { countries: subdivision === null ? countries : [name.slice(0, 2)], subdivision, timeZone: null };
  const [only, another] = state.countries;
  const zone = only === undefined || another !== undefined ? null : (set.residency.countries.get(only)?.zone ?? null);
  const found = {
    countries,
    recognised,
    cell: cellOfCountries(set, state.countries),
    zone,
    jurisdictions: jurisdictionsOf(set, state),
    timeZones: timeZonesOf(set, state),
  };
  const wanted = { ...expected, ...(expected.jurisdictions === "all" ? { jurisdictions: [...set.jurisdictions.keys()] } : {}) };
  const differing = Object.entries(wanted).filter(([key, value]) => sorted(value) !== sorted(Reflect.get(found, key)));
  return differing.length === 0
    ? null
    : differing.map(([key, value]) => `${key}: expected ${say(value)}, got ${say(Reflect.get(found, key))}`).join("; ");
}

const sorted = (value: unknown): string =>
  say(Array.isArray(value) ? value.map((item) => say(item)).toSorted((a, b) => a.localeCompare(b)) : value);
const say = (value: unknown): string => JSON.stringify(value) ?? "nothing";

export function judgeFields(set: PolicySet, one: FieldCase): string | null {
  const map = set.dataMaps.get(one.source);
  if (map === undefined) return `no data map "${one.source}"`;
  const question = questionOf(set, one);
  const verdict = decide(set, question, stateOf(set, one));
  const expected = new Map([
    ...one.readable.map((field) => [field, "readable"] as const),
    ...Object.entries(one.withheld).flatMap(([code, fields]) => fields.map((field) => [field, code] as const)),
  ]);
  const wrong = fieldsFor(set, map, question, verdict, [...expected.keys()]).flatMap(({ field, readable, reasons }) => {
    const codes = readable ? ["readable"] : reasons.map(({ code }) => code);
    return codes.includes(expected.get(field) ?? "") ? [] : [`${field}: expected ${expected.get(field)}, got ${codes.join(", ")}`];
  });
  return wrong.length === 0 ? null : wrong.join("; ");
}

export function judgeColumns(set: PolicySet, source: string, categories: CaseFile["columns"][string]): string | null {
  const map = set.dataMaps.get(source);
  if (map === undefined) return `no data map "${source}"`;
  const wrong = Object.entries(categories).flatMap(([category, fields]) =>
    fields.flatMap((field) => {
      const [table = "", column = ""] = field.split(".");
      const found = categoryOf(map, table, column);
      return found === category ? [] : [`${field}: expected ${category}, got ${found ?? "unmapped"}`];
    }),
  );
  return wrong.length === 0 ? null : wrong.join("; ");
}

export function judgeBases(set: PolicySet, code: string, bases: CaseFile["bases"][string]): string | null {
  const purpose = set.purposes.get(code);
  if (purpose === undefined) return `no purpose "${code}"`;
  const wrong = Object.entries(bases).flatMap(([name, expected]) => {
    const jurisdiction = set.jurisdictions.get(name);
    const found = jurisdiction === undefined ? undefined : basisOf(purpose, jurisdiction);
    return matches(found, expected) ? [] : [`${name}: expected ${say(expected)}, got ${say(found)}`];
  });
  return wrong.length === 0 ? null : wrong.join("; ");
}

export function judgeMap(set: PolicySet, source: string, table: string, members: CaseFile["maps"][string][string]): string | null {
  const found = set.dataMaps.get(source)?.tables[table];
  return matches(found, members) ? null : `expected ${say(members)}, got ${say(found)}`;
}

export function judgeControllers(set: PolicySet, source: string, cells: CaseFile["controllers"][string]): string | null {
  const answering = [...set.controllers.values()].flatMap(({ controller, sources }) =>
    sources.filter((one) => one.source === source).flatMap((one) => one.cells.map((cell) => [cell, controller] as const)),
  );
  const found = Object.fromEntries(answering);
  return sorted(Object.entries(found)) === sorted(Object.entries(cells)) ? null : `expected ${say(cells)}, got ${say(found)}`;
}

export function judgeNeeds(set: PolicySet, purpose: string, categories: readonly string[]): string | null {
  const found = neededCategories(set, purpose);
  return matches(found, categories) ? null : `expected ${say(categories)}, got ${say(found)}`;
}

export function judgeRules(set: PolicySet, code: string, rules: CaseFile["rules"][string]): string | null {
  const found = set.jurisdictions.get(code)?.channels;
  return matches(found, rules) ? null : `expected ${say(rules)}, got ${say(found)}`;
}
