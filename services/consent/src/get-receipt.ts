/** GET /v1/subjects/{subject}/receipts/{receipt}: the signed receipt as it was issued. */
import type { getReceipt as getReceiptRoute } from "@behest/contracts/consent";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { receipt } from "./schema.ts";
import { shardOf } from "./shard.ts";

type Input = InputOf<typeof getReceiptRoute>;
const Content = z.record(z.string(), z.unknown());

/** Throws Problem `not_found`. */
export async function getReceipt(tx: Tx, _actor: Actor, { params }: Input): Promise<ReplyOf<typeof getReceiptRoute>> {
  const [row] = await tx
    .select({ jws: receipt.jws })
    .from(receipt)
    .where(and(eq(receipt.shard, shardOf(params.subject)), eq(receipt.receipt, params.receipt), eq(receipt.subject, params.subject)));
  if (row === undefined) throw new Problem("not_found");
  return { status: 200, body: { id: params.receipt, jws: row.jws, content: contentOf(row.jws) } };
}

/** The middle part of a compact JWS (RFC 7515 § 3.1); our own, so it is not verified again. */
const contentOf = (jws: string): Record<string, unknown> =>
  Content.parse(JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString("utf8")));
