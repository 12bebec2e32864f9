/** Runs `*.test.yaml` files against a policy set: each case is told by file, line and name when it does not hold. */
import { CaseFile } from "./case-file.ts";
import {
  judgeBases,
  judgeColumns,
  judgeDecision,
  judgeControllers,
  judgeFields,
  judgeMap,
  judgeNeeds,
  judgePlace,
  judgeRules,
} from "./case-judges.ts";
import type { PolicySet } from "./compile.ts";
import { PolicyFaults } from "./fault.ts";
import { parseFile } from "./parse-file.ts";
import type { YamlFile } from "./read-folder.ts";

export type Case = {
  file: string;
  line(): number;
  name: string;
  /** What the case speaks of, to find the cases that a rule may matter to. */
  text: string;
  /** Null: it holds. */
  fault(set: PolicySet): string | null;
};

/** Throws `PolicyFaults` when a file is not as the shape of case files says. */
export function readCases(files: readonly YamlFile[]): Case[] {
  const parsed = files.map((yaml) => ({ yaml, result: parseFile(CaseFile, yaml.file, yaml.value) }));
  const faults = parsed.flatMap(({ yaml, result }) =>
    result.ok ? [] : result.faults.map(({ file, path, what, todo }) => `${file}:${yaml.lineOf(path)}: ${what} → ${todo}`),
  );
  if (faults.length > 0) throw new PolicyFaults(faults);
  return parsed.flatMap(({ yaml, result }) => (result.ok ? casesIn(yaml, result.value) : []));
}

/** One line for each case that does not hold. */
export const failuresOf = (cases: readonly Case[], set: PolicySet): string[] =>
  cases.flatMap((one) => {
    const fault = one.fault(set);
    return fault === null ? [] : [`${one.file}:${one.line()}: ${one.name}: ${fault}`];
  });

function casesIn(yaml: YamlFile, content: CaseFile): Case[] {
  const make = (path: readonly (string | number)[], name: string, about: unknown, fault: Case["fault"]): Case => ({
    file: yaml.file,
    line: () => yaml.lineOf(path),
    name,
    text: `${name} ${JSON.stringify(about)}`,
    fault,
  });
  return [
    ...content.cases.map((one, index) => make(["cases", index], one.name, one, (set) => judgeDecision(set, one))),
    ...Object.entries(content.residency).map(([name, place]) =>
      make(["residency", name], name, place, (set) => judgePlace(set, name, typeof place === "string" ? { countries: [place] } : place)),
    ),
    ...content.fields.map((one, index) => make(["fields", index], one.name, one, (set) => judgeFields(set, one))),
    ...Object.entries(content.columns).map(([source, categories]) =>
      make(["columns", source], source, categories, (set) => judgeColumns(set, source, categories)),
    ),
    ...Object.entries(content.bases).map(([purpose, bases]) =>
      make(["bases", purpose], purpose, bases, (set) => judgeBases(set, purpose, bases)),
    ),
    ...Object.entries(content.maps).flatMap(([source, tables]) =>
      Object.entries(tables).map(([table, members]) =>
        make(["maps", source, table], `${source}.${table}`, members, (set) => judgeMap(set, source, table, members)),
      ),
    ),
    ...Object.entries(content.controllers).map(([source, cells]) =>
      make(["controllers", source], source, cells, (set) => judgeControllers(set, source, cells)),
    ),
    ...Object.entries(content.needs).map(([purpose, categories]) =>
      make(["needs", purpose], purpose, categories, (set) => judgeNeeds(set, purpose, categories)),
    ),
    ...Object.entries(content.rules).map(([jurisdiction, rules]) =>
      make(["rules", jurisdiction], jurisdiction, rules, (set) => judgeRules(set, jurisdiction, rules)),
    ),
  ];
}
