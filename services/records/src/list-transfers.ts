/** The transfer ledger, newest first. */
import { SubjectId } from "@behest/contracts/ids";
import type { listTransfers as contract } from "@behest/contracts/records";
import type { InputOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { desc } from "drizzle-orm";
import { transferEvent } from "./schema.ts";

type Transfer = {
  id: string;
  subject: SubjectId;
  at: string;
  from: string;
  to: string;
  purpose: string;
  client: string;
  categories: string[];
  mechanism: string;
  citation: string;
  policy: string;
};

export async function listTransfers(tx: Tx, _actor: Actor, { query }: InputOf<typeof contract>): Promise<{ transfers: Transfer[] }> {
  const rows = await tx.select().from(transferEvent).orderBy(desc(transferEvent.at), desc(transferEvent.id)).limit(query.limit);
  return {
    transfers: rows.map(({ id, subject, at, fromCell, toCountry, purpose, client, categories, mechanism, citation, policy }) => ({
      id,
      subject: SubjectId.parse(subject),
      at: at.toISOString(),
      from: fromCell,
      to: toCountry,
      purpose,
      client,
      categories,
      mechanism,
      citation,
      policy,
    })),
  };
}
