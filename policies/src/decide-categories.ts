/** Steps 1 and 3: only categories that exist, and of those only what the purpose needs (GDPR Art. 5(1)(c)). */
import type { Reason } from "@behest/contracts/decision";
import type { PolicySet, Purpose } from "./compile.ts";

export function categoryReasons(set: PolicySet, purpose: Purpose, asked: readonly string[] = []): Reason[] {
  return [...unknown(set, asked), ...notNeeded(set, purpose, asked)];
}

const unknown = (set: PolicySet, asked: readonly string[]): Reason[] =>
  asked.filter((category) => !set.categories.has(category)).map((category) => ({ code: "category_unknown", category }));

const notNeeded = (set: PolicySet, purpose: Purpose, asked: readonly string[]): Reason[] =>
  asked
    .filter((category) => set.categories.has(category) && !purpose.categories.includes(category))
    .map((category) => ({ code: "category_not_needed", category, purpose: purpose.purpose }));
