/** Contact slots as they are kept: one row for each contact, with the key by which its caller may ask again. */
import { createHmac } from "node:crypto";
import type { Tx } from "@behest/runtime/database";
import { and, eq, lte } from "drizzle-orm";
import { contactEvent } from "./schema.ts";
import { shardOf } from "./shard.ts";

export type Contact = Omit<typeof contactEvent.$inferSelect, "shard" | "repeatMac">;

/** As for every Idempotency-Key: whoever asks with it again after a day makes another contact, which is counted. */
const keptHours = 24;

/** HMAC-SHA256, base64url: a key may be made of an address, so it is not kept itself. */
export const repeatMac = (commitmentKey: Buffer, client: string, key: string): string =>
  createHmac("sha256", commitmentKey)
    .update(JSON.stringify(["contact-key", client, key]))
    .digest("base64url");

export async function insertContact(
  tx: Tx,
  { subject, contact, purpose, channel, client, campaign, at, mac }: Contact & { mac: string | null },
): Promise<void> {
  await tx
    .insert(contactEvent)
    .values({ shard: shardOf(subject), subject, contact, purpose, channel, client, campaign, at, repeatMac: mac });
}

export async function contactOf(tx: Tx, subject: string, mac: string): Promise<Contact | undefined> {
  const [row] = await tx.select().from(contactEvent).where(withKey(subject, mac));
  return row;
}

/** The contact stays and counts; its key is free again. */
export async function releaseKeys(tx: Tx, subject: string, mac: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptHours * 3_600_000);
  await tx
    .update(contactEvent)
    .set({ repeatMac: null })
    .where(and(withKey(subject, mac), lte(contactEvent.at, before)));
}

const withKey = (subject: string, mac: string) =>
  and(eq(contactEvent.shard, shardOf(subject)), eq(contactEvent.subject, subject), eq(contactEvent.repeatMac, mac));
