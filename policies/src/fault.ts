/** A fault in a policy file: where, what is wrong, what to do. All of them are collected before anybody is told. */

export type Path = readonly (string | number)[];
/** `file` is relative to the policies folder; `path` leads to the value, or to the key that should not be there. */
export type Fault = { file: string; path: Path; what: string; todo: string };

/** Nothing starts on faulty policies. The message has one line a fault: `file:line: what is wrong → what to do`. */
export class PolicyFaults extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(`${lines.length} fault${lines.length === 1 ? "" : "s"} in the policies\n${lines.join("\n")}`);
    this.name = "PolicyFaults";
    this.lines = lines;
  }
}

/** A name that nothing bears. `add` says how it would come to exist. */
export function unknownName(file: string, path: Path, kind: string, name: string, known: Iterable<string>, add: string): Fault {
  return { file, path, what: `unknown ${kind} "${name}"`, todo: suggestion(name, known) ?? add };
}

export function suggestion(name: string, known: Iterable<string>): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** The known name with the fewest edits, if it is near enough to be meant. */
function nearest(name: string, known: Iterable<string>): string | undefined {
  const editsMax = Math.max(2, Math.floor(name.length / 3));
  const [best] = [...known].map((candidate) => ({ candidate, edits: editsBetween(name, candidate) })).toSorted((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= editsMax ? best.candidate : undefined;
}

/** Levenshtein distance. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of from.split("").entries()) {
    const next = [index + 1];
    for (let column = 0; column < to.length; column += 1) {
      const [insert = 0, remove = 0, replace = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(insert + 1, remove + 1, replace + (to[column] === letter ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Entries that stand twice. */
export const repeated = <T>(items: readonly T[]): T[] => [...new Set(items.filter((item, index) => items.indexOf(item) !== index))];
