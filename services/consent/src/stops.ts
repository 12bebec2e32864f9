/** Which facts are stops, and what the stop log keeps of each: enough to write it again into a database that has forgotten it. */
import { stopEventKinds } from "@behest/contracts/events";
import type { SubjectId } from "@behest/contracts/ids";
import type { StopEntry, StopLog } from "@behest/runtime/stop-log";
import { z } from "zod";
import { Fact, purposeOf } from "./facts.ts";

export type StopAppender = Pick<StopLog, "append">;

/** Undefined for a fact that is not a stop. */
export function stopEntry(id: string, subject: SubjectId, fact: Fact, at: string): StopEntry | undefined {
  const kind = stopEventKinds.find((stop) => stop === fact.kind);
  if (kind === undefined) return undefined;
  const purpose = purposeOf(fact);
  const notice = fact.kind === "refused" ? { noticeVersion: fact.noticeVersion, noticeHash: fact.noticeHash } : {};
  return { id, subject, kind, at, body: notice, ...(purpose === undefined ? {} : { purpose }) };
}

const Body = z.strictObject({ noticeVersion: z.string().exactOptional(), noticeHash: z.string().exactOptional() });

/** The fact that an entry of the stop log tells. Throws when the entry is not one that this version wrote. */
export function factOfStop(entry: StopEntry): Fact {
  return Fact.parse({ kind: entry.kind, ...(entry.purpose === undefined ? {} : { purpose: entry.purpose }), ...Body.parse(entry.body) });
}
