/** POST /v1/states: what the records door must know of people to decide by the same function. No caller but the door's own may ask. */
import type { readStates as readStatesRoute } from "@behest/contracts/consent-feed";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { SubjectState } from "@behest/policies/state";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import { foreignCell } from "./check-uses.ts";
import { type PastContact, readContacts } from "./contacts.ts";
import { readHeads, readStates as readStored, type StoredState } from "./ledger-read.ts";
import { revisionOf, shardOf } from "./shard.ts";

type Input = InputOf<typeof readStatesRoute>;

/** Throws Problem `wrong_cell` for anybody of another cell: the door asks only for its own people. */
export const readStates =
  (consent: ConsentCell) =>
  async (tx: Tx, _actor: Actor, { body: { subjects } }: Input): Promise<ReplyOf<typeof readStatesRoute>> => {
    const elsewhere = subjects.map((subject) => foreignCell(consent.cell, subject)).find((cell) => cell !== undefined);
    if (elsewhere !== undefined) throw new Problem("wrong_cell", { cell: elsewhere });
    // Heads first: a revision is then never later than the state it is given for.
    const heads = await readHeads(tx, subjects.map(shardOf));
    const stored = await readStored(tx, subjects);
    const contacts = await readContacts(tx, consent.policies, [...stored.keys()], consent.clock.now());
    const states = subjects.map((subject) => {
      const shard = shardOf(subject);
      const head = heads.get(shard);
      if (head === undefined) throw new Error("a shard without a head: the database was not migrated");
      const found = stored.get(subject);
      return {
        subject,
        revision: revisionOf(head.epoch, shard, found?.position ?? head.head),
        state: found === undefined ? null : wholeState(found, contacts.get(subject) ?? []),
      };
    });
    return { status: 200, body: { states } };
  };

/** Copied, because what leaves is a plain document and what is kept is read-only. */
function wholeState({ state }: StoredState, contacts: readonly PastContact[]) {
  const { countries, evidence, ...rest }: Omit<SubjectState, "contacts"> = state;
  return {
    ...rest,
    consents: { ...rest.consents },
    objections: { ...rest.objections },
    contactPoints: { ...rest.contactPoints },
    countries: [...countries],
    evidence: [...evidence],
    contacts: [...contacts],
  };
}
