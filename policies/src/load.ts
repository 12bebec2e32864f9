/** The policies of a folder as one set, or every fault in it at once. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assemble } from "./assemble.ts";
import { compile, type PolicySet } from "./compile.ts";
import { PolicyFaults } from "./fault.ts";
import { readFolder } from "./read-folder.ts";

/** Where the package keeps its own policies. */
export const policiesDirectory = fileURLToPath(new URL("..", import.meta.url));

/** Throws `PolicyFaults` with a line for each fault: `file:line: what is wrong → what to do`. */
export function loadPolicies(directory: string = policiesDirectory): PolicySet {
  if (!existsSync(directory)) throw new PolicyFaults([`${directory}:1: there is no such folder → correct POLICIES_DIR, or leave it out`]);
  const { rules, faults: unreadable } = readFolder(directory);
  const { sources, faults } = assemble(rules);
  const lineOf = new Map(rules.map((rule) => [rule.file, rule.lineOf]));
  const lines = faults.map(({ file, path, what, todo }) => `${file}:${lineOf.get(file)?.(path) ?? 1}: ${what} → ${todo}`);
  if (sources === null || unreadable.length > 0) throw new PolicyFaults([...unreadable, ...lines]);
  return compile(sources);
}
