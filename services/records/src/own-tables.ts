/** What the map says about the door's own tables, for the four internal routes. */
import type { PolicySet } from "@behest/policies/compile";
import { subjectDataMapOf, type SubjectDataMap } from "@behest/runtime/subject-data-map";

export function ownTables(set: PolicySet): SubjectDataMap {
  const map = set.dataMaps.get("records");
  if (!map) throw new Error("policies/data-map has no map of records");
  return subjectDataMapOf(map);
}
