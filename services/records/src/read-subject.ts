/** Read a person for a purpose: what the purpose needs and the decision allows, a reason for every other field, and a trace of it all. */
import type { ReplyOf, InputOf } from "@behest/contracts/route";
import type { readSubject as contract } from "@behest/contracts/records";
import { Problem } from "@behest/contracts/problem";
import { decide } from "@behest/policies/decide";
import { callerRefusals } from "@behest/policies/decide-caller";
import { placeOfUse } from "@behest/policies/decide-transfer";
import { fieldsFor, type FieldVerdict } from "@behest/policies/fields";
import type { Question } from "@behest/policies/state";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { mayStaffSee } from "./directory.ts";
import type { Door, Enrolled } from "./door.ts";
import { findEnrolled, subjectOfThisCell } from "./find-enrolled.ts";
import { readRows, type MappedRows } from "./mapped-query.ts";
import { recordAccess } from "./record-access.ts";
import { recordTransfer } from "./record-transfer.ts";
import { tellIfChanged } from "./tell-consent.ts";

type Input = InputOf<typeof contract>;
type Reply = Extract<ReplyOf<typeof contract>, { status: 200 }>["body"];

export const readSubject =
  (door: Door) =>
  async (tx: Tx, actor: Actor, { body }: Input): Promise<Reply> => {
    const question = questionOf(door, actor, body);
    // Asked before the person is looked for: who may not claim the purpose learns nothing of anybody.
    const [refused] = callerRefusals(door.policies, question);
    if (refused) throw new Problem("purpose_not_granted", { detail: `${refused.code}: ${actor.client} for ${body.purpose}` });

    const person = await findEnrolled(tx, subjectOfThisCell(door, body.subject));
    if (!person) throw new Problem("subject_unknown");
    if (!(await isVisible(tx, door, actor, person))) {
      await recordRefusedLook(tx, door, actor, person, question);
      throw new Problem("subject_unknown", { keepsTrace: true });
    }

    await tellIfChanged(tx, door, person);
    const { revision, state } = await door.consent.stateOf(person.id);
    const stateReadAtMs = performance.now();
    const verdict = decide(door.policies, question, state);
    const fields = fieldsFor(door.policies, door.map, question, verdict, body.fields);
    const readable = fields.flatMap((field) => (field.readable ? [field] : []));
    const tables = verdict.allowed ? await readTables(tx, door, person, readable, body.rowsMax) : [];

    const categories = verdict.allowed ? [...new Set(readable.map(({ category }) => category))].sort() : [];
    const access = await recordAccess(tx, door, {
      actor,
      subject: person.id,
      purpose: body.purpose,
      usedIn: question.usedIn,
      allowed: verdict.allowed,
      categories,
      reasons: verdict.reasons,
      revision,
    });
    await recordTransfer(tx, door, { actor, access, subject: person.id, question, verdict, categories });
    return {
      subject: person.id,
      purpose: body.purpose,
      decision: { ...verdict, revision, ageMs: Math.floor(performance.now() - stateReadAtMs) },
      tables,
      withheld: fields
        .filter(({ readable: open }) => !open)
        .map(({ field, category, reasons }) => ({ field, category, reasons: [...reasons] })),
      access,
    };
  };

function questionOf(door: Door, actor: Actor, body: Input["body"]): Question {
  const caller = { client: actor.client, roles: actor.staff?.roles ?? null };
  return {
    caller,
    purpose: body.purpose,
    usedIn: placeOfUse(door.policies, { caller, usedIn: body.usedIn }),
    cell: door.cell,
    at: door.clock.now(),
    contactNow: false,
  };
}

/** A service sees whom its purposes let it see; a member of staff also needs the person to be theirs. */
async function isVisible(tx: Tx, door: Door, actor: Actor, person: Enrolled): Promise<boolean> {
  return actor.staff ? mayStaffSee(tx, door.policies, door.map, actor.staff, person.personKey) : true;
}

/** The person may see that somebody tried; whoever tried reads the same as for nobody. */
async function recordRefusedLook(tx: Tx, door: Door, actor: Actor, person: Enrolled, question: Question): Promise<void> {
  const { purpose, usedIn } = question;
  const reasons = [{ code: "not_in_your_portfolio" as const }];
  await recordAccess(tx, door, { actor, subject: person.id, purpose, usedIn, allowed: false, categories: [], reasons, revision: null });
}

async function readTables(tx: Tx, door: Door, person: Enrolled, readable: readonly FieldVerdict[], rowsMax: number): Promise<MappedRows[]> {
  const byTable = Map.groupBy(readable, ({ table }) => table);
  const tables: MappedRows[] = [];
  for (const [table, columns] of byTable)
    tables.push(
      await readRows(
        tx,
        door.map,
        table,
        columns.map(({ column }) => column),
        person.personKey,
        rowsMax,
      ),
    );
  return tables;
}
