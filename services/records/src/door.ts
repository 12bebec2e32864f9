/** What every operation of the door is given: the policies, the cell, the map it opens, and who answers for consent. */
import type { Cell, SubjectId } from "@behest/contracts/ids";
import type { PolicySet } from "@behest/policies/compile";
import type { DataMapFile } from "@behest/policies/schema";
import type { Clock } from "@behest/runtime/clock";
import type { Database } from "@behest/runtime/database";
import type { ConsentClient } from "./consent-client.ts";

export type Door = {
  cell: Cell;
  policies: PolicySet;
  /** The CRM that this door wraps: the tables of its map that are about people. Bookkeeping about nobody is not behind the door. */
  map: DataMapFile;
  /** The whole map, to tell which columns nobody mapped. */
  wholeMap: DataMapFile;
  consent: ConsentClient;
  clock: Clock;
  database: Database;
};
export type Enrolled = { id: SubjectId; source: string; personKey: string };
