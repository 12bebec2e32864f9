/** What things of the policies are called in one language. A code without a name is shown as it is. */
import type { Locale } from "@behest/contracts/ids";
import type { Reason } from "@behest/contracts/decision";
import type { PolicySet } from "@behest/policies/compile";
import type { Words } from "./words.ts";

export type Names = {
  purpose(code: string): string;
  /** `To send you offers by e-mail.` */
  purposeDescription(code: string): string | undefined;
  category(code: string): string;
  jurisdiction(code: string): string;
  caller(client: string): string;
  table(table: string): string;
  /** Is the row of this table the person? Its label speaks to them ("You"), not to staff. */
  isPerson(table: string): boolean;
  /** Of `table.column`. */
  field(field: string): string;
  /** Where `table.column` stands in its table. */
  position(field: string): number;
};

const crmSource = "crm";

export function namesIn(policies: PolicySet, locale: Locale): Names {
  const tables = policies.dataMaps.get(crmSource)?.tables;
  return {
    purpose: (code) => policies.purposes.get(code)?.name[locale] ?? code,
    purposeDescription: (code) => policies.purposes.get(code)?.description[locale],
    category: (code) => policies.categories.get(code)?.name[locale] ?? code,
    jurisdiction: (code) => policies.jurisdictions.get(code)?.name[locale] ?? code,
    caller: (client) => policies.callers.get(client)?.name[locale] ?? client,
    table: (table) => tables?.[table]?.label?.[locale] ?? table,
    isPerson: (table) => tables?.[table]?.about.kind === "person",
    position: (field) => {
      const [table = "", column = ""] = field.split(".");
      return Object.keys(tables?.[table]?.columns ?? {}).indexOf(column);
    },
    field: (field) => {
      const [table = "", column = ""] = field.split(".");
      return tables?.[table]?.columns[column]?.label?.[locale] ?? column;
    },
  };
}

/** A reason as one sentence. */
export function reasonSentence(words: Words, reason: Reason): string {
  return words.reason(reason.code, {
    cell: reason.cell === undefined ? "none" : words.coded("region.", reason.cell),
    country: reason.country === undefined ? "?" : words.country(reason.country),
    hasUntil: reason.until === undefined ? "no" : "yes",
    until: reason.until === undefined ? "" : words.dateTime(reason.until),
  });
}
