/** Controllers: exactly one legal entity answers for a source in a cell. */
import { unknownName, type Fault } from "./fault.ts";
import type { PolicySources } from "./sources.ts";

export function checkControllers(sources: PolicySources): Fault[] {
  const countries = Object.keys(sources.countries.countries);
  const claims = sources.controllers.flatMap(({ controller, sources: list }) =>
    list.flatMap(({ source, cells }, index) => cells.map((cell) => ({ controller, index, claim: `${source} in ${cell}` }))),
  );
  const second = claims.filter(({ claim }, index) => claims.findIndex((other) => other.claim === claim) !== index);
  return [
    ...sources.controllers
      .filter(({ country }) => !countries.includes(country))
      .map(({ controller, country }) =>
        unknownName(`controllers/${controller}.yaml`, ["country"], "country", country, countries, "add it to residency/countries.yaml"),
      ),
    ...second.map(({ controller, index, claim }): Fault => ({
      file: `controllers/${controller}.yaml`,
      path: ["sources", index],
      what: `${claim} has another controller already`,
      todo: "leave one of them",
    })),
  ];
}
