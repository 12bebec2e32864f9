/** GET /v1/subjects/{subject}/events: what was decided, newest first. */
import type { listLedgerEvents as listLedgerEventsRoute } from "@behest/contracts/consent";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { eventsOf } from "./events-of.ts";
import { currentEpoch } from "./ledger-read.ts";

type Input = InputOf<typeof listLedgerEventsRoute>;

export async function listLedgerEvents(tx: Tx, _actor: Actor, { params, query }: Input): Promise<ReplyOf<typeof listLedgerEventsRoute>> {
  return { status: 200, body: { events: await eventsOf(tx, await currentEpoch(tx), params.subject, query.limit) } };
}
