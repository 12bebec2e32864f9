/** Callers: the purposes, staff roles and country they name exist. */
import { repeated, unknownName, type Fault, type Path } from "./fault.ts";
import type { CallerFile } from "./schema.ts";
import type { Known, PolicySources } from "./sources.ts";

export function checkCallers(sources: PolicySources, known: Known): Fault[] {
  const roles = Object.keys(sources.roles.roles);
  const countries = Object.keys(sources.countries.countries);
  return sources.callers.flatMap((caller) => [
    ...(caller.country === undefined || countries.includes(caller.country)
      ? []
      : [unknownName(fileOf(caller), ["country"], "country", caller.country, countries, "add it to residency/countries.yaml")]),
    ...checkPurposeList(caller, ["purposes"], caller.purposes, known),
    ...Object.entries(caller.staff).flatMap(([role, purposes]) => [
      ...(roles.includes(role) ? [] : [unknownName(fileOf(caller), ["staff", role], "role", role, roles, "add it to callers/roles.yaml")]),
      ...checkPurposeList(caller, ["staff", role], purposes, known),
    ]),
  ]);
}

const fileOf = (caller: CallerFile): string => `callers/${caller.client}.yaml`;

function checkPurposeList(caller: CallerFile, path: Path, purposes: readonly string[], known: Known): Fault[] {
  const file = fileOf(caller);
  return [
    ...purposes.flatMap((purpose, index) =>
      known.purposes.has(purpose)
        ? []
        : [unknownName(file, [...path, index], "purpose", purpose, known.purposes, `add purposes/${purpose}.yaml`)],
    ),
    ...repeated(purposes).map((purpose): Fault => ({
      file,
      path: [...path, purposes.lastIndexOf(purpose)],
      what: `the purpose "${purpose}" stands twice`,
      todo: "delete one",
    })),
  ];
}
