/** `pnpm policies load | cases | mutate | schemas [--check]`. Exit code 1 and a line for each fault on standard error. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failuresOf, readCases } from "./cases.ts";
import { PolicyFaults } from "./fault.ts";
import { loadPolicies, policiesDirectory } from "./load.ts";
import { mutate } from "./mutate.ts";
import { readFolder } from "./read-folder.ts";
import { schemaTexts } from "./schemas.ts";

const directory = process.env["POLICIES_DIR"] ?? policiesDirectory;

/** Each command gives its faults; what it has to say when there is none goes to standard output. */
const commands: Record<string, () => readonly string[]> = {
  load: () => {
    const set = loadPolicies(directory);
    return say(
      `${set.version} ${set.hash}: ${set.purposes.size} purposes, ${set.callers.size} callers, ${set.jurisdictions.size} jurisdictions, ${set.dataMaps.size} data maps`,
    );
  },
  cases: () => {
    const cases = readCases(caseFiles());
    const failures = failuresOf(cases, loadPolicies(directory));
    return failures.length > 0 ? failures : say(`${cases.length} cases hold`);
  },
  mutate: () => {
    const cases = readCases(caseFiles());
    const failures = failuresOf(cases, loadPolicies(directory));
    if (failures.length > 0) return failures;
    const { rules } = readFolder(directory);
    const { tried, missed } = mutate(rules, cases);
    const lineOf = new Map(rules.map(({ file, lineOf: line }) => [file, line]));
    const lines = missed.map(
      ({ file, path, what }) =>
        `${file}:${lineOf.get(file)?.(path) ?? 1}: no case misses "${what}" → add a case that fails without it, or delete the rule`,
    );
    return lines.length > 0
      ? [...lines, `${missed.length} of ${tried} rules could be deleted unnoticed`]
      : say(`${tried} rules, each missed by a case when deleted`);
  },
  schemas: () => (process.argv.includes("--check") ? differingSchemas() : writeSchemas()),
};

try {
  report(commands[process.argv[2] ?? ""]?.() ?? ["usage: pnpm policies load | cases | mutate | schemas [--check]"]);
} catch (fault) {
  if (!(fault instanceof PolicyFaults)) throw fault;
  report(fault.lines);
}

function caseFiles() {
  const { cases, faults } = readFolder(directory);
  if (faults.length > 0) throw new PolicyFaults(faults);
  return cases;
}

function say(line: string): [] {
  process.stdout.write(`${line}\n`);
  return [];
}

function report(faults: readonly string[]): void {
  if (faults.length === 0) return;
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}

function schemaFile(name: string): string {
  return join(policiesDirectory, "schemas", name);
}

function differingSchemas(): string[] {
  const differing = [...schemaTexts()].filter(
    ([name, text]) => !existsSync(schemaFile(name)) || readFileSync(schemaFile(name), "utf8") !== text,
  );
  return differing.map(([name]) => `policies/schemas/${name} differs from src/schema.ts → run pnpm policies schemas and commit it`);
}

function writeSchemas(): [] {
  mkdirSync(schemaFile(""), { recursive: true });
  for (const [name, text] of schemaTexts()) writeFileSync(schemaFile(name), text);
  return [];
}
