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
  const { sources } = assemble(files.map((file) => (file.file === mutant.file ? { file: file.file, value: mutant.value } : file)));
  if (sources === null) return true;
  const set = { ...compileRules(sources), hash: "" };
  return likeliestFirst(cases, mutant).some((one) => one.fault(set) !== null);
}

/** Cases that speak of the rule by name, then the others: the same answer, sooner. */
function likeliestFirst(cases: readonly Case[], { file, path, what }: Mutant): Case[] {
  const folder = file.slice(0, file.indexOf("/") + 1);
  const code = /([^/]+)\.yaml$/.exec(file)?.[1] ?? "";
  const words = [String(path.at(-1)), what.split(" › ").at(-1) ?? "", code, ...path.map(String)];
  const score = (one: Case): number => (one.file.startsWith(folder) ? 2 : 0) + words.filter((word) => one.text.includes(word)).length;
  return cases
    .map((one) => ({ one, score: score(one) }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ one }) => one);
}
