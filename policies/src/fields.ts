/** What the one door may show: column by column, from the map and the decision. A column that nobody mapped is closed. */
import type { Reason } from "@behest/contracts/decision";
import type { PolicySet } from "./compile.ts";
import type { Verdict } from "./state.ts";

export type Field = { source: string; table: string; column: string };
export type FieldRule = { readable: boolean; category: string | null; reasons: Reason[] };

/** Empty for a purpose that does not exist. */
export const neededCategories = (set: PolicySet, purpose: string): readonly string[] => set.purposes.get(purpose)?.categories ?? [];

/** The category that the map gives a column; null: unmapped. */
export function categoryOf(set: PolicySet, { source, table, column }: Field): string | null {
  const tables = set.dataMaps.get(source)?.tables ?? {};
  const columns = Object.hasOwn(tables, table) ? (tables[table]?.columns ?? {}) : {};
  return Object.hasOwn(columns, column) ? (columns[column]?.category ?? null) : null;
}

/** `verdict` is the decision about the same person and purpose, asked without categories; what it refuses stays closed in every column. */
export function fieldRule(set: PolicySet, purpose: string, verdict: Verdict, field: Field): FieldRule {
  const category = categoryOf(set, field);
  if (category === null) return { readable: false, category, reasons: [{ code: "field_unmapped" }] };
  const unneeded: Reason[] = neededCategories(set, purpose).includes(category) ? [] : [{ code: "category_not_needed", category, purpose }];
  const reasons = [...unneeded, ...verdict.reasons];
  return { readable: verdict.allowed && reasons.length === 0, category, reasons };
}
