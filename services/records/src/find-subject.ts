/** The subject id behind a CRM's own key. Whoever may not see the person reads the same answer as for nobody. */
import type { InputOf } from "@behest/contracts/route";
import type { findSubject as contract } from "@behest/contracts/records";
import { Problem } from "@behest/contracts/problem";
import type { SubjectId } from "@behest/contracts/ids";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { mayStaffSee } from "./directory.ts";
import type { Door } from "./door.ts";
import { findByReference } from "./find-enrolled.ts";

export const findSubject =
  (door: Door) =>
  async (tx: Tx, actor: Actor, { body }: InputOf<typeof contract>): Promise<{ subject: SubjectId; source: string; key: string }> => {
    const person = await findByReference(tx, body.source, body.key);
    const visible =
      person &&
      (actor.staff
        ? await mayStaffSee(tx, door.policies, door.map, actor.staff, person.personKey)
        : door.policies.callers.has(actor.client));
    if (!person || !visible) throw new Problem("subject_unknown");
    return { subject: person.id, source: body.source, key: body.key };
  };
