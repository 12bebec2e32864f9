/**
 * An Idempotency-Key is claimed in the transaction of the operation itself: both are kept or neither. Of two requests at once the second
 * waits at the first one's row, then gets its reply.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Problem } from "@behest/contracts/problem";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Tx } from "../database.ts";

/** `text`: the body as sent, or null for none. */
export type WireReply = { status: number; text: string | null; headers: Record<string, string> };
export type Claim = { actor: string; route: string; key: string; request: string; subject: string | undefined; now: Date };

const keptHours = 24;
const purgeRowsMax = 20;

/** Runs `work` once for the key. The same request again gets the stored reply; another one throws Problem `idempotency_key_reused`. */
export async function once(tx: Tx, claim: Claim, work: () => Promise<WireReply>): Promise<WireReply> {
  const before = await claimKey(tx, claim);
  if (before) return replay(before, claim);
  const reply = await work();
  await storeReply(tx, claim, reply);
  await purgeExpired(tx, claim.now);
  return reply;
}

const Stored = z.object({
  request_mac: z.instanceof(Uint8Array),
  status: z.number(),
  reply: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
});

/** Undefined when the key is ours now; else the row of the request that had it before. */
async function claimKey(tx: Tx, claim: Claim): Promise<z.infer<typeof Stored> | undefined> {
  const expires = new Date(claim.now.getTime() + keptHours * 3_600_000);
  // An expired row is taken over. `do update` waits for whoever is inserting the same key right now.
  const taken = await tx.execute(sql`
    insert into idempotency (actor, route, key_hash, request_mac, subject, created_at, expires_at)
    values (${claim.actor}, ${claim.route}, ${keyHash(claim)}, ${requestMac(claim)}, ${claim.subject ?? null}, ${claim.now.toISOString()}, ${expires.toISOString()})
    on conflict (actor, route, key_hash) do update
      set request_mac = excluded.request_mac, subject = excluded.subject, status = null, reply = null, headers = null,
          created_at = excluded.created_at, expires_at = excluded.expires_at
      where idempotency.expires_at <= excluded.created_at
    returning 1`);
  if (taken.length > 0) return undefined;
  const [row] = await tx.execute(sql`
    select request_mac, status, reply, headers from idempotency
    where actor = ${claim.actor} and route = ${claim.route} and key_hash = ${keyHash(claim)}`);
  return Stored.parse(row);
}

function replay(stored: z.infer<typeof Stored>, claim: Claim): WireReply {
  if (!timingSafeEqual(stored.request_mac, requestMac(claim))) throw new Problem("idempotency_key_reused");
  return { status: stored.status, text: stored.reply, headers: { ...stored.headers, "idempotency-replayed": "true" } };
}

async function storeReply(tx: Tx, claim: Claim, reply: WireReply): Promise<void> {
  await tx.execute(sql`
    update idempotency set status = ${reply.status}, reply = ${reply.text}, headers = ${JSON.stringify(reply.headers)}::jsonb
    where actor = ${claim.actor} and route = ${claim.route} and key_hash = ${keyHash(claim)}`);
}

/** Each keyed write clears away a few old ones, so the table stays as small as a day. */
async function purgeExpired(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`
    delete from idempotency where ctid in (
      select ctid from idempotency where expires_at <= ${now.toISOString()} limit ${purgeRowsMax} for update skip locked)`);
}

const keyHash = ({ key }: Claim): Buffer => createHash("sha256").update(key).digest();

/** Keyed by the caller's own key, which is not stored: a short body can't be guessed from what is. */
const requestMac = ({ key, request }: Claim): Buffer => createHmac("sha256", key).update(request).digest();
