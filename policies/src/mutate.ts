/** Would anybody notice? Takes each rule away in turn and runs the cases until one fails. */
import { assemble, type RuleFile } from "./assemble.ts";
import type { Case } from "./cases.ts";
import { compileRules } from "./compile.ts";
import { mutantsOf, type Mutant } from "./mutants.ts";

/** `missed`: the rules that could be deleted without a case failing. */
export type Mutation = { tried: number; missed: Mutant[] };

export function mutate(files: readonly RuleFile[], cases: readonly Case[]): Mutation {
  const mutants = mutantsOf(files);
  return { tried: mutants.length, missed: mutants.filter((mutant) => !isNoticed(files, cases, mutant)) };
}

/** A set that no longer loads is noticed too. */
function isNoticed(files: readonly RuleFile[], cases: readonly Case[], mutant: Mutant): boolean {
  const { sources } = assemble(files.map((file) => (file.file === mutant.file ? { file: file.file, value: mutant.value() } : file)));
  if (sources === null) return true;
  const set = { ...compileRules(sources), hash: "" };
  return likeliestFirst(cases, mutant).some((some) => some.some((one) => one.fault(set) !== null));
}

/** Groups of cases: those that speak most of the rule first. The same answer, sooner. */
function likeliestFirst(cases: readonly Case[], { file, path, what }: Mutant): readonly (readonly Case[])[] {
  const folder = file.slice(0, file.indexOf("/") + 1);
  const code = /([^/]+)\.yaml$/.exec(file)?.[1] ?? "";
  const words = [what.split(" › ").at(-1) ?? "", String(path.at(-2) ?? code), code];
  const groups: Case[][] = [[], [], [], [], []];
  for (const one of cases)
    groups[(one.file.startsWith(folder) ? 1 : 0) + words.filter((word) => one.text.includes(word)).length]?.push(one);
  return groups.toReversed();
}
