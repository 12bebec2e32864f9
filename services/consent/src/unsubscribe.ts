/** One-click unsubscribing without a sign-in (RFC 8058): looking changes nothing, following stops the purpose. */
import type { followUnsubscribeLink as followRoute, getUnsubscribeLink as getRoute } from "@behest/contracts/consent";
import { SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { eq } from "drizzle-orm";
import type { ConsentCell } from "./cell.ts";
import type { FoldedState } from "./fold.ts";
import { beginWriting } from "./ledger.ts";
import { readStates } from "./ledger-read.ts";
import { publishDecision } from "./publish-decision.ts";
import { unsubscribeLink } from "./schema.ts";
import { hashOfToken } from "./unsubscribe-token.ts";
import { saysNothingNew, stopOf } from "./wish.ts";

/** Throws Problem `not_found` for a token that was never given out. */
export async function getUnsubscribeLink(tx: Tx, _actor: Actor, { params }: InputOf<typeof getRoute>): Promise<ReplyOf<typeof getRoute>> {
  const link = await linkOf(tx, params.token);
  const stored = (await readStates(tx, [link.subject])).get(link.subject);
  return { status: 200, body: { purpose: link.purpose, channel: link.channel, stopped: isStopped(stored?.state ?? null, link.purpose) } };
}

/** Throws Problem `not_found`. The same link twice has the effect of once. */
export const followUnsubscribeLink =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { params }: InputOf<typeof followRoute>): Promise<ReplyOf<typeof followRoute>> => {
    const { subject: id, purpose: code, channel } = await linkOf(tx, params.token);
    const subject = SubjectId.parse(id);
    const writing = await beginWriting(tx, consent.ledger, [subject]);
    const { state } = writing.of(subject);
    const purpose = consent.policies.purposes.get(code);
    // Whoever was erased, or a purpose that no longer exists, is never contacted again: nothing is left to stop.
    if (state !== null && state.status !== "erased" && purpose !== undefined) {
      const fact = stopOf(consent.policies, purpose, state, { action: "withdraw" });
      if (!saysNothingNew(state, fact, consent.clock.now())) {
        const event = await writing.append(subject, fact, { actor: "link", client: actor.client });
        await writing.flush();
        await publishDecision(tx, event, false);
      }
    }
    return { status: 200, body: { purpose: code, channel, stopped: true } };
  };

async function linkOf(tx: Tx, token: string): Promise<typeof unsubscribeLink.$inferSelect> {
  const [link] = await tx
    .select()
    .from(unsubscribeLink)
    .where(eq(unsubscribeLink.tokenHash, hashOfToken(token)));
  if (link === undefined) throw new Problem("not_found");
  return link;
}

function isStopped(state: FoldedState | null, purpose: string): boolean {
  if (state === null || state.status === "erased") return true;
  const status = state.consents[purpose]?.status;
  return status === "withdrawn" || status === "refused" || state.objections[purpose] !== undefined;
}
