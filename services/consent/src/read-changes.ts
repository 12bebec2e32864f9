/** GET /v1/changes: the ledger of one shard behind a position, in the order of commits and without gaps. */
import type { readChanges as readChangesRoute } from "@behest/contracts/consent-feed";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { eventsAfter } from "./events-of.ts";
import { readHeads } from "./ledger-read.ts";

/** A reader that sees another epoch than before begins again at position 0: the database was restored. */
export async function readChanges(
  tx: Tx,
  _actor: Actor,
  { query }: InputOf<typeof readChangesRoute>,
): Promise<ReplyOf<typeof readChangesRoute>> {
  const head = (await readHeads(tx, [query.shard])).get(query.shard);
  if (head === undefined) throw new Error("a shard without a head: the database was not migrated");
  const events = await eventsAfter(tx, head.epoch, query.shard, query.after, query.limit);
  // The head was read before the events: it may never be behind what is shown.
  const last = events.at(-1);
  const shown = last === undefined ? 0 : query.after + events.length;
  return { status: 200, body: { epoch: head.epoch, shard: query.shard, head: Math.max(head.head, shown), events } };
}
