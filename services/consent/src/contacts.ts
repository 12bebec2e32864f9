/** Contacts that a person was already given, for the frequency caps. */
import type { Channel } from "@behest/contracts/ids";
import type { PolicySet } from "@behest/policies/compile";
import type { Tx } from "@behest/runtime/database";
import { and, asc, gt, inArray, ne } from "drizzle-orm";
import { among } from "./ledger-read.ts";
import { contactEvent } from "./schema.ts";

export type PastContact = { channel: Channel; at: string };

const dayMs = 86_400_000;

/**
 * Of marketing, within the longest window of any cap, and a day more so that no time zone cuts a calendar day off. By subject, oldest first.
 * `asking`: the contact that is asked about again, which does not count against itself.
 */
export async function readContacts(
  tx: Tx,
  policies: PolicySet,
  subjects: readonly string[],
  now: Date,
  asking?: string,
): Promise<Map<string, PastContact[]>> {
  const contacts = new Map<string, PastContact[]>();
  if (subjects.length === 0 || policies.caps.length === 0) return contacts;
  const windowDays = Math.max(...policies.caps.map((cap) => cap.windowDays)) + 1;
  const rows = await tx
    .select({ subject: contactEvent.subject, channel: contactEvent.channel, at: contactEvent.at })
    .from(contactEvent)
    .where(
      and(
        among(contactEvent.shard, contactEvent.subject, subjects),
        gt(contactEvent.at, new Date(now.getTime() - windowDays * dayMs)),
        inArray(contactEvent.purpose, [...policies.marketing]),
        ...(asking === undefined ? [] : [ne(contactEvent.contact, asking)]),
      ),
    )
    .orderBy(asc(contactEvent.at));
  for (const { subject, channel, at } of rows) contacts.set(subject, [...(contacts.get(subject) ?? []), { channel, at: at.toISOString() }]);
  return contacts;
}
