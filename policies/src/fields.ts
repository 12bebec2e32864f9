/** What the one door may show: column by column, from the map and the decision. A column that nobody mapped is closed. */
import type { Reason } from "@behest/contracts/decision";
import type { PolicySet } from "./compile.ts";
import type { DataMapFile } from "./schema.ts";
import type { Question, Verdict } from "./state.ts";

export type FieldVerdict = { /** `table.column` */ field: string; table: string; column: string } & (
  | { readable: true; category: string; reasons: readonly Reason[] }
  | { readable: false; /** null: unmapped */ category: string | null; reasons: readonly Reason[] }
);

/** Empty for a purpose that does not exist. */
export const neededCategories = (set: PolicySet, purpose: string): readonly string[] => set.purposes.get(purpose)?.categories ?? [];

/** The category that the map gives a column; null: unmapped. */
export function categoryOf(map: DataMapFile, table: string, column: string): string | null {
  const columns = Object.hasOwn(map.tables, table) ? (map.tables[table]?.columns ?? {}) : {};
  return Object.hasOwn(columns, column) ? (columns[column]?.category ?? null) : null;
}

/** For the fields asked for (`table.column`), or all that the map knows. `verdict` is the decision about the same question. */
export function fieldsFor(
  set: PolicySet,
  map: DataMapFile,
  question: Question,
  verdict: Verdict,
  asked?: readonly string[],
): FieldVerdict[] {
  const needed = neededCategories(set, question.purpose);
  return [...new Set(asked ?? everyField(map))].map((field) => fieldRule(map, needed, question.purpose, verdict, field));
}

const everyField = (map: DataMapFile): string[] =>
  Object.entries(map.tables).flatMap(([table, { columns }]) => Object.keys(columns).map((column) => `${table}.${column}`));

/** What the decision refuses is closed in every column; what it allows is open in the columns that the purpose needs. */
function fieldRule(map: DataMapFile, needed: readonly string[], purpose: string, verdict: Verdict, field: string): FieldVerdict {
  const [table = "", ...rest] = field.split(".");
  const named = { field, table, column: rest.join(".") };
  const category = categoryOf(map, table, named.column);
  if (category === null) return { ...named, readable: false, category, reasons: [{ code: "field_unmapped" }] };
  const unneeded: Reason[] = needed.includes(category) ? [] : [{ code: "category_not_needed", category, purpose }];
  const reasons = [...unneeded, ...verdict.reasons];
  return verdict.allowed && reasons.length === 0
    ? { ...named, readable: true, category, reasons }
    : { ...named, readable: false, category, reasons };
}
