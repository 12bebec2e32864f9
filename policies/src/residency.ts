/** From what a file says about a place to countries, cell, law and time zones. Unknown is never a default country: it means the strictest. */
import type { Cell } from "@behest/contracts/ids";
import { foldName, type PolicySet } from "./compile.ts";
import type { SubjectState } from "./state.ts";
import { isTimeZone } from "./time-zone.ts";

type Places = Pick<PolicySet, "residency" | "jurisdictions">;
type Residence = Pick<SubjectState, "countries" | "subdivision">;

/**
 * What a country column holds, such as `EIRE` or `de`, as ISO codes. None: not a country. Several: it is one of them.
 * `recognised` false: nobody has said what this text means.
 */
export function normaliseCountry(set: Places, asGiven: string): { countries: readonly string[]; recognised: boolean } {
  const name = foldName(asGiven);
  const code = name.toUpperCase();
  if (set.residency.countries.has(code)) return { countries: [code], recognised: true };
  const countries = set.residency.names.get(name);
  return countries === undefined ? { countries: [], recognised: false } : { countries, recognised: true };
}

/** Where a resident of these countries belongs. No country, or countries of different cells: the strictest cell. */
export function cellOfCountries(set: Places, countries: readonly string[]): Cell {
  const { otherwise } = set.residency;
  const cells = new Set(countries.map((country) => set.residency.countries.get(country)?.cell ?? otherwise));
  const [only = otherwise, another] = cells;
  return another === undefined ? only : otherwise;
}

/** Every jurisdiction whose law may be the person's; all of them where residence is unknown or in a country that is not modelled. */
export function jurisdictionsOf(set: Places, state: Residence): string[] {
  const everyone = [...set.jurisdictions.keys()];
  if (state.countries.length === 0) return everyone;
  const found = new Set<string>();
  for (const country of state.countries) {
    const here = jurisdictionsIn(set, country, state.subdivision);
    if (here === undefined) return everyone;
    for (const code of here) found.add(code);
  }
  return [...found];
}

/** Within a country of which only parts have their own law, an unknown part, or one that nobody listed, means that any of them may apply. */
function jurisdictionsIn(set: Places, country: string, subdivision: string | null): readonly string[] | undefined {
  const jurisdiction = set.residency.countries.get(country)?.jurisdiction;
  if (jurisdiction === undefined) return undefined;
  const part = subdivision?.startsWith(`${country}-`) === true ? set.residency.subdivisions.get(subdivision) : undefined;
  return part === undefined ? [jurisdiction, ...lawsOfParts(set, country)] : [part.jurisdiction];
}

const lawsOfParts = (set: Places, country: string): string[] =>
  [...set.residency.subdivisions].filter(([code]) => code.startsWith(`${country}-`)).map(([, part]) => part.jurisdiction);

/** Every time zone the person may be in. Empty: not known. */
export function timeZonesOf(set: Places, state: Residence & Pick<SubjectState, "timeZone">): readonly string[] {
  if (state.timeZone !== null && isTimeZone(state.timeZone)) return [state.timeZone];
  const zones = new Set<string>();
  for (const country of state.countries) {
    const part = state.subdivision?.startsWith(`${country}-`) === true ? set.residency.subdivisions.get(state.subdivision) : undefined;
    const here = part ?? set.residency.countries.get(country);
    if (here === undefined) return [];
    for (const zone of here.timeZones) zones.add(zone);
  }
  return [...zones];
}
