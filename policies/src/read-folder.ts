/** Reads the YAML files of a folder, strictly: YAML 1.2, no key twice. The only input and output of this package. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import type { Path } from "./fault.ts";

export type YamlFile = {
  /** Relative to the folder, with forward slashes. */
  file: string;
  value: unknown;
  /** Line of the nearest existing value on a path; 1 for the whole file. */
  lineOf(path: Path): number;
};

/** Source code and what is generated from it live beside the policies. */
const notPolicies = new Set(["node_modules", "src", "schemas"]);

/** Rules and their cases, each in the order of their names; what can't be parsed is among the faults instead. */
export function readFolder(directory: string): { rules: YamlFile[]; cases: YamlFile[]; faults: string[] } {
  const all = yamlFilesIn(directory).map((file) => parseYaml(file, readFileSync(join(directory, file), "utf8")));
  const files = all.filter(({ faults }) => faults.length === 0).map(({ yaml }) => yaml);
  const isCases = ({ file }: YamlFile): boolean => file.endsWith(".test.yaml");
  return { rules: files.filter((file) => !isCases(file)), cases: files.filter(isCases), faults: all.flatMap(({ faults }) => faults) };
}

/** In folders of folders too, so that no rule is overlooked. */
function yamlFilesIn(directory: string): string[] {
  const top = readdirSync(directory, { withFileTypes: true });
  const below = top
    .filter((entry) => entry.isDirectory() && !notPolicies.has(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(directory, name), { encoding: "utf8", recursive: true }).map((file) => `${name}/${file.replaceAll("\\", "/")}`),
    );
  return [...top.map(({ name }) => name), ...below].filter((file) => /\.ya?ml$/.test(file)).toSorted();
}

export function parseYaml(file: string, text: string): { yaml: YamlFile; faults: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: "1.2", strict: true, uniqueKeys: true, lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings].map(
    ({ code, message, pos }) =>
      `${file}:${lines.linePos(pos[0]).line}: ${code === "DUPLICATE_KEY" ? "this key stands twice → delete one" : `${message} → correct the YAML`}`,
  );
  const lineOf = (path: Path): number => lines.linePos(offsetOf(document, path)).line;
  return { yaml: { file, value: faults.length > 0 ? null : document.toJS(), lineOf }, faults };
}

/** Follows a path as far as it exists, and gives where the last key of it begins. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isMap(node) || isSeq(node) || isScalar(node)) offset = node.range?.[0] ?? offset;
      else break;
    } else break;
  }
  return offset;
}
