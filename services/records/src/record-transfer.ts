/** One ledger line for each use in another country that the transfer gate let through. */
import type { SubjectId } from "@behest/contracts/ids";
import type { Question, Verdict } from "@behest/policies/state";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { newId } from "@behest/runtime/id";
import type { Door } from "./door.ts";
import { transferEvent } from "./schema.ts";

type Transfer = { actor: Actor; access: string; subject: SubjectId; question: Question; verdict: Verdict; categories: string[] };

/** Writes nothing for a refusal or a use at home. GDPR Art. 30(1)(e); PIPL Art. 56: transfers are recorded. */
export async function recordTransfer(
  tx: Tx,
  door: Door,
  { actor, access, subject, question, verdict, categories }: Transfer,
): Promise<void> {
  if (!verdict.allowed || question.usedIn === undefined) return;
  for (const { kind, mechanism, citation } of verdict.obligations) {
    if (kind !== "transfer-ledger") continue;
    await tx.insert(transferEvent).values({
      id: newId(door.clock),
      access,
      subject,
      at: question.at,
      fromCell: door.cell,
      toCountry: question.usedIn,
      purpose: question.purpose,
      client: actor.client,
      categories,
      mechanism: mechanism ?? "",
      citation: citation ?? "",
      policy: verdict.policy,
    });
  }
}
