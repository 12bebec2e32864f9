/** Countries and places: whose law, which time zones, which names. */
import { foldName } from "./compile.ts";
import { repeated, unknownName, type Fault, type Path } from "./fault.ts";
import type { Known, PolicySources } from "./sources.ts";
import { isTimeZone } from "./time-zone.ts";

const file = "residency/countries.yaml";

export function checkCountries({ countries: places }: PolicySources, known: Known): Fault[] {
  const countries = Object.keys(places.countries);
  const lawOf = (path: Path, jurisdiction: string | undefined): Fault[] =>
    jurisdiction === undefined || known.jurisdictions.has(jurisdiction)
      ? []
      : [unknownName(file, path, "jurisdiction", jurisdiction, known.jurisdictions, `add jurisdictions/${jurisdiction}.yaml`)];
  return [
    ...Object.entries(places.countries).flatMap(([code, { jurisdiction, timeZones }]) => [
      ...lawOf(["countries", code], jurisdiction),
      ...checkZones(["countries", code], timeZones),
    ]),
    ...Object.entries(places.subdivisions).flatMap(([code, { jurisdiction, timeZones }]) => [
      ...lawOf(["subdivisions", code], jurisdiction),
      ...checkZones(["subdivisions", code], timeZones),
      ...(countries.includes(code.slice(0, 2))
        ? []
        : [unknownName(file, ["subdivisions", code], "country", code.slice(0, 2), countries, "add it to countries")]),
    ]),
    ...Object.entries(places.names).flatMap(([name, meant]) => checkName(name, meant, countries)),
    ...repeated(Object.keys(places.names).map(foldName)).map((name): Fault => ({
      file,
      path: ["names", Object.keys(places.names).findLast((one) => foldName(one) === name) ?? name],
      what: `the name "${name}" stands twice`,
      todo: "delete one; case and spacing do not matter",
    })),
  ];
}

const checkZones = (path: Path, zones: readonly string[]): Fault[] =>
  zones
    .filter((zone) => !isTimeZone(zone))
    .map((zone) =>
      unknownName(file, path, "time zone", zone, Intl.supportedValuesOf("timeZone"), "write a name of the IANA time zone database"),
    );

function checkName(name: string, meant: readonly string[], countries: readonly string[]): Fault[] {
  const path = ["names", name];
  return [
    ...meant
      .filter((code) => !countries.includes(code))
      .map((code) => unknownName(file, path, "country", code, countries, "add it to countries")),
    ...(countries.includes(foldName(name).toUpperCase())
      ? [{ file, path, what: `"${name}" is a country's code, which needs no name`, todo: "delete it" }]
      : []),
  ];
}
