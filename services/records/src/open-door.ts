/** A door from policies, a database and a way to consent. */
import type { PolicySet } from "@behest/policies/compile";
import type { DataMapFile } from "@behest/policies/schema";
import type { Door } from "./door.ts";

/** The CRM that this deployment wraps: the one map of kind `crm`. */
export function openDoor(options: Omit<Door, "map" | "wholeMap">): Door {
  const wholeMap = crmMap(options.policies);
  return {
    ...options,
    wholeMap,
    map: {
      ...wholeMap,
      tables: Object.fromEntries(
        Object.entries(wholeMap.tables).filter(([, { about }]) => about.kind === "person" || about.kind === "link"),
      ),
    },
  };
}

export function crmMap(set: PolicySet): DataMapFile {
  const [map, another] = [...set.dataMaps.values()].filter(({ kind }) => kind === "crm");
  if (!map || another) throw new Error("policies/data-map must have exactly one map of kind crm");
  return map;
}
