/** Who looked at a person's data, newest first, for that person. */
import { Reason } from "@behest/contracts/decision";
import type { Locale } from "@behest/contracts/ids";
import type { Access, listAccesses as contract } from "@behest/contracts/records";
import type { InputOf } from "@behest/contracts/route";
import type { PolicySet } from "@behest/policies/compile";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Door } from "./door.ts";
import { accessEvent, staff } from "./schema.ts";
import { lookWords, say } from "./words.ts";

/** `before`: the id of the last access of the page before; ids are UUIDv7, so they sort by time. */
export const listAccesses =
  (door: Door) =>
  async (tx: Tx, _actor: Actor, { params, query }: InputOf<typeof contract>): Promise<{ accesses: Access[]; more: boolean }> => {
    const cursor = z.uuid().safeParse(query.before);
    const rows = await tx
      .select({ event: accessEvent, staffName: staff.name })
      .from(accessEvent)
      .leftJoin(staff, eq(staff.id, accessEvent.staff))
      .where(and(eq(accessEvent.subject, params.subject), cursor.success ? sql`${accessEvent.id} < ${cursor.data}::uuid` : undefined))
      .orderBy(desc(accessEvent.id))
      .limit(query.limit + 1);
    return { accesses: rows.slice(0, query.limit).map((row) => toAccess(door, query.locale, row)), more: rows.length > query.limit };
  };

type Row = { event: typeof accessEvent.$inferSelect; staffName: string | null };

function toAccess({ policies }: Door, locale: Locale, { event, staffName }: Row): Access {
  const caller = policies.callers.get(event.client)?.name[locale] ?? event.client;
  return {
    id: event.id,
    at: event.at.toISOString(),
    purpose: event.purpose,
    purposeName: purposeName(policies, event.purpose, locale),
    who: { kind: event.actorKind, name: staffName === null ? caller : `${staffName} (${caller})` },
    allowed: event.allowed,
    categories: event.categories,
    categoryNames: event.categories.map((code) => policies.categories.get(code)?.name[locale] ?? code),
    usedIn: event.usedIn,
    reasons: z.array(Reason).parse(event.reasons),
  };
}

function purposeName(policies: PolicySet, purpose: string, locale: Locale): string {
  const key = lookWords.get(purpose);
  return key === undefined ? (policies.purposes.get(purpose)?.name[locale] ?? purpose) : say(locale, key);
}
