/** What the door says about a person, asked once a session: every asking leaves a look in the list that the person reads. */
import type { Channel } from "@behest/contracts/ids";
import { listStored } from "@behest/contracts/records";
import type { PolicySet } from "@behest/policies/compile";
import type { Stored } from "./pages/stored.ts";
import type { Portal } from "./portal.ts";
import type { SignedSubject } from "./require-session.ts";
import type { SessionData } from "./session-data.ts";

export type KnownPerson = NonNullable<SessionData["known"]>;

export async function knownPerson(portal: Portal, { behest, session, subject, locale }: SignedSubject): Promise<KnownPerson> {
  if (session.data.known !== null) return session.data.known;
  const { body } = await behest.call("records", portal.cell, listStored, { params: { subject }, query: { locale, rowsMax: 1 } });
  return remember(portal, { session, subject }, body);
}

/** Called also when the person looks at the whole list, so that a changed address is seen at once. */
export async function remember(
  portal: Portal,
  { session }: Pick<SignedSubject, "session" | "subject">,
  stored: Stored,
): Promise<KnownPerson> {
  const known: KnownPerson = {
    contactPoints: contactPointsIn(portal.policies, stored),
    categories: stored.categories.length,
    rows: stored.categories.reduce((sum, category) => sum + category.tables.reduce((rows, table) => rows + table.total, 0), 0),
  };
  session.data.known = known;
  await portal.sessions.keep(session);
  return known;
}

/** The data map says which column holds the contact point of a channel. */
export function contactPointsIn(policies: PolicySet, stored: Stored): Partial<Record<Channel, string>> {
  const values = new Map(
    stored.categories.flatMap((category) =>
      category.tables.flatMap((table) => table.rows.flatMap((row) => row.map((field) => [field.field, field.value] as const))),
    ),
  );
  const found: Partial<Record<Channel, string>> = {};
  for (const { channel, field } of contactFields(policies)) {
    const value = values.get(field);
    if (typeof value === "string" && value !== "") found[channel] = value;
  }
  return found;
}

function contactFields(policies: PolicySet): { channel: Channel; field: string }[] {
  return [...policies.dataMaps.values()].flatMap((map) =>
    Object.entries(map.tables).flatMap(([name, table]) =>
      table.about.kind === "person"
        ? table.about.contactPoints.map((point) => ({ channel: point.channel, field: `${name}.${point.column}` }))
        : [],
    ),
  );
}
