/** What the map says about the ledger's own tables, for the four internal routes by which `records` counts, exports and erases. */
import type { PolicySet } from "@behest/policies/compile";
import { subjectDataMapOf, type SubjectDataMap } from "@behest/runtime/subject-data-map";

/** Whoever had these could open the sealed half of every event, so nobody is given them: they are only destroyed. */
const secrets = ["subject_key.salt", "subject_key.key"];

export function ownTables(set: PolicySet): SubjectDataMap {
  const map = set.dataMaps.get("consent");
  if (map === undefined) throw new Error("policies/data-map has no map of consent");
  return subjectDataMapOf(map, secrets);
}
