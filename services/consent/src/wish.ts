/** From what a person asks to the fact that the ledger records. Pure. Throws a Problem for what can't be recorded. */
import type { z } from "zod";
import type { ConsentInput } from "@behest/contracts/consent";
import type { Channel } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { PolicySet, Purpose } from "@behest/policies/compile";
import type { Fact } from "./facts.ts";
import type { FoldedState } from "./fold.ts";
import { endOfGrant, lawFor } from "./law.ts";

export type Wish = z.infer<typeof ConsentInput>;
/** The commitment to a contact point, and whether the identity provider proved that it is the person's. */
export type ProvedContact = { channel: Channel; hash: string; proved: boolean };

export function factOfWish(policies: PolicySet, state: FoldedState, wish: Wish, contact: ProvedContact | undefined, at: Date): Fact {
  const purpose = policies.purposes.get(wish.purpose);
  if (purpose === undefined) throw malformed("/purpose", "no purpose of this name");
  switch (wish.action) {
    case "grant":
      return grantOf(policies, purpose, state, wish, contact, at);
    case "refuse":
    case "withdraw":
      return stopOf(policies, purpose, state, wish);
    case "object":
      return { kind: "objected", purpose: purpose.purpose };
    case "lift-objection":
      return { kind: "objection_lifted", purpose: purpose.purpose };
  }
}

/**
 * Where the law asks for consent, a no is a refusal or withdrawal; where it only knows objection or opt-out, it is an objection,
 * so that lifting the objection is the way back.
 */
export function stopOf(policies: PolicySet, purpose: Purpose, state: FoldedState, wish: Pick<Wish, "action" | "notice">): Fact {
  if (lawFor(policies, purpose, state).control !== "consent") return { kind: "objected", purpose: purpose.purpose };
  if (wish.action === "refuse")
    return { kind: "refused", purpose: purpose.purpose, noticeVersion: wish.notice?.version ?? "", noticeHash: wish.notice?.hash ?? "" };
  return { kind: "withdrawn", purpose: purpose.purpose };
}

function grantOf(
  policies: PolicySet,
  purpose: Purpose,
  state: FoldedState,
  wish: Wish,
  contact: ProvedContact | undefined,
  at: Date,
): Fact {
  const law = lawFor(policies, purpose, state);
  if (!law.grantable)
    throw malformed(
      "/purpose",
      `this use rests on ${law.legalBasis} where the person lives (${law.citation}), so there is nothing to agree to`,
    );
  if (wish.notice === undefined) throw malformed("/notice", "the notice that was shown is needed to agree");
  if (wish.notice.version !== purpose.notice.version || wish.notice.hash !== purpose.noticeHash)
    throw new Problem("notice_outdated", { detail: `The current notice is ${purpose.notice.version}.` });
  if (contact !== undefined && !purpose.channels.includes(contact.channel))
    throw malformed("/contactPoint/channel", "this purpose does not use that channel");
  if (contact === undefined && needsContactPoint(purpose))
    throw malformed("/contactPoint", "the contact point that the consent is for is needed");
  const expiresAt = endOfGrant(law, at);
  return {
    kind: "granted",
    purpose: purpose.purpose,
    noticeVersion: purpose.notice.version,
    noticeHash: purpose.noticeHash,
    // Without a contact point there is nothing to confirm: the person is signed in.
    confirmed: contact === undefined || contact.proved,
    // One request is one act about one purpose.
    separate: true,
    givenBy: "subject",
    ...(contact === undefined ? {} : { contact: { channel: contact.channel, hash: contact.hash } }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** In-app messages reach the account itself; every other channel has an address or a number. */
export const needsContactPoint = (purpose: Purpose): boolean => purpose.channels.some((channel) => channel !== "in-app");

/** Would the fact say nothing new? Then a double submit gets the event that is there. */
export function saysNothingNew(state: FoldedState, fact: Fact, at: Date): boolean {
  switch (fact.kind) {
    case "granted": {
      const consent = state.consents[fact.purpose];
      return (
        consent?.status === "granted" &&
        state.objections[fact.purpose] === undefined &&
        consent.noticeHash === fact.noticeHash &&
        consent.noticeVersion === fact.noticeVersion &&
        consent.contact?.channel === fact.contact?.channel &&
        consent.contact?.hash === fact.contact?.hash &&
        consent.confirmed === fact.confirmed &&
        !(consent.expiresAt !== undefined && consent.expiresAt <= at.toISOString()) &&
        !lastsLonger(fact.expiresAt, consent.expiresAt)
      );
    }
    case "refused":
      return state.consents[fact.purpose]?.status === "refused";
    case "withdrawn": {
      const consent = state.consents[fact.purpose];
      // What an objection ended was not withdrawn yet: the person's own words are recorded, with their receipt.
      return consent?.status === "withdrawn" && consent.separate;
    }
    case "objected":
      return state.objections[fact.purpose] !== undefined;
    case "objection_lifted":
      return state.objections[fact.purpose] === undefined;
    case "restricted":
      return state.restricted;
    case "restriction_lifted":
      return !state.restricted;
    case "erased":
      return state.status === "erased";
    default:
      return false;
  }
}

const renewalMsMin = 86_400_000;

/** Agreeing again renews a grant; sent twice, it moves the end by moments only, and is one decision. */
function lastsLonger(wished: string | undefined, standing: string | undefined): boolean {
  if (standing === undefined) return false;
  return wished === undefined || Date.parse(wished) - Date.parse(standing) >= renewalMsMin;
}

export const malformed = (pointer: string, message: string): Problem =>
  new Problem("malformed", { issues: [{ in: "body", pointer, message }] });
