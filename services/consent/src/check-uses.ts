/** POST /v1/checks: one decision for each question, in their order. Questions that are the same are decided once. */
import type { checkUses as checkUsesRoute } from "@behest/contracts/consent";
import { type Cell, cellOf, SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import { readContacts } from "./contacts.ts";
import { ageOf, callerOf, decideCheck, denyForeign, type Known, questionOf } from "./decision.ts";
import { distinctOf, inTurns } from "./in-turns.ts";
import { readHeads, readStates } from "./ledger-read.ts";
import { shardOf } from "./shard.ts";

type Checks = InputOf<typeof checkUsesRoute>["body"]["checks"];

/** Throws Problem `wrong_cell` when every subject is another cell's. */
export const checkUses =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, input: InputOf<typeof checkUsesRoute>): Promise<ReplyOf<typeof checkUsesRoute>> => {
    const { distinct, places } = distinctOf(input.body.checks);
    const foreign = distinct.map(({ subject }) => foreignCell(consent.cell, subject));
    refuseAllForeign(foreign);
    const at = consent.clock.now();
    const known = await read(tx, consent, actor, distinct, at);
    const caller = callerOf(actor);
    const decided = await inTurns(distinct, (check, index) => {
      const elsewhere = foreign[index];
      return elsewhere === undefined ? decideCheck(consent, known, caller, check, at) : denyForeign(consent, known, check, elsewhere);
    });
    // Looked at last: the first of a long batch is as old as the last.
    const ageMs = ageOf(known);
    const decisions = places.flatMap((place) => decided[place] ?? []).map((decision) => ({ ...decision, ageMs }));
    return { status: 200, body: { decisions } };
  };

/** The cell of a well-formed id of another cell. An id that is none is nobody's: unknown, not foreign. */
export function foreignCell(here: Cell, subject: string): Cell | undefined {
  const id = SubjectId.safeParse(subject);
  return id.success && cellOf(id.data) !== here ? cellOf(id.data) : undefined;
}

export function refuseAllForeign(foreign: readonly (Cell | undefined)[]): void {
  const cells = new Set(foreign.filter((cell) => cell !== undefined));
  if (foreign.every((cell) => cell !== undefined)) throw new Problem("wrong_cell", { cell: [...cells].join(",") });
}

/** Heads before states: a state is then never older than the head that `minRevision` is held against. */
async function read(tx: Tx, consent: ConsentCell, actor: Actor, asked: Checks, at: Date): Promise<Known> {
  const heads = await readHeads(
    tx,
    asked.map(({ subject }) => shardOf(subject)),
  );
  const subjects = [
    ...new Set(asked.filter(({ subject }) => foreignCell(consent.cell, subject) === undefined).map(({ subject }) => subject)),
  ];
  const states = await readStates(tx, subjects);
  const readAtMs = performance.now();
  const caller = callerOf(actor);
  const contacted = asked
    .filter((check) => states.has(check.subject) && questionOf(consent, caller, check, at).contactNow)
    .map(({ subject }) => subject);
  const contacts = await readContacts(tx, consent.policies, [...new Set(contacted)], at);
  return { heads, states, contacts, readAtMs };
}
