/** Every promise that a README numbers stands in the title of a test, and every number in a title is promised by the README. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckResult } from "./commands.ts";

/** Folder and the word before its numbers. */
const packages = [
  { folder: "contracts", prefix: "CONTRACTS" },
  { folder: "contracts/sdk", prefix: "SDK" },
  { folder: "policies", prefix: "POLICY" },
  { folder: "infra/runtime", prefix: "RUNTIME" },
  { folder: "infra/local", prefix: "LOCAL" },
  { folder: "services/consent", prefix: "CONSENT" },
  { folder: "services/records", prefix: "RECORDS" },
  { folder: "services/crm", prefix: "CRM" },
  { folder: "services/portal", prefix: "PORTAL" },
  { folder: "services/journeys", prefix: "JOURNEYS" },
] as const;

export function checkNumbers(root: string): CheckResult {
  const begun = performance.now();
  const titles = globSync(["{contracts,policies,infra,services}/**/*.test.ts", "policies/**/*.test.yaml"], {
    cwd: root,
    exclude: (path) => path.includes("node_modules"),
  }).flatMap((file) => titlesIn(readFileSync(join(root, file), "utf8")));
  const faults = packages.flatMap(({ folder, prefix }) => {
    const readme = join(root, folder, "README.md");
    return existsSync(readme)
      ? faultsOf(`${folder}/README.md`, prefix, readFileSync(readme, "utf8"), titles)
      : [`${folder}/README.md is missing`];
  });
  return { name: "numbered promises", passed: faults.length === 0, output: faults.join("\n"), ms: performance.now() - begun };
}

/** Faults of one README against all titles. */
export function faultsOf(readme: string, prefix: string, text: string, titles: readonly string[]): string[] {
  const promised = numbersIn(prefix, text);
  const tested = numbersIn(prefix, titles.join("\n"));
  if (promised.size === 0) return [`${readme} numbers no promise (${prefix}-1 …)`];
  return [
    ...[...promised].filter((number) => !tested.has(number)).map((number) => `${readme}: no test title has ${number}`),
    ...[...tested]
      .filter((number) => !promised.has(number))
      .map((number) => `${readme}: ${number} stands in a test title but is not promised`),
  ];
}

const numbersIn = (prefix: string, text: string): Set<string> => new Set(text.match(new RegExp(`\\b${prefix}-\\d+\\b`, "g")) ?? []);

/** The first string of each call whose name begins or ends with test, it or describe (`dbTest`, `test.prop([…])`), and names in YAML cases. */
export function titlesIn(source: string): string[] {
  const calls = source.matchAll(/\b(?:describe|it|\w*[tT]est)\b[^"'`\n]{0,200}?\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g);
  const cases = source.matchAll(/^\s*(?:- )?name:\s*(.+)$/gm);
  return [...[...calls].map((match) => match[2] ?? ""), ...[...cases].map((match) => match[1] ?? "")];
}
