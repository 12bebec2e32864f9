/** The people whom the signed-in member of staff answers for. Who may see everyone gets no list: they look people up. */
import { SubjectId } from "@behest/contracts/ids";
import type { InputOf } from "@behest/contracts/route";
import type { listPortfolio as contract } from "@behest/contracts/records";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { eq, inArray } from "drizzle-orm";
import { portfolioKeys, sightOf } from "./directory.ts";
import type { Door } from "./door.ts";
import { externalReference, subject } from "./schema.ts";

type Portfolio = { people: { subject: SubjectId; source: string; key: string }[]; everyone: boolean };

export const listPortfolio =
  (door: Door) =>
  async (tx: Tx, actor: Actor, { query }: InputOf<typeof contract>): Promise<Portfolio> => {
    const sight = sightOf(door.policies, actor.staff?.roles ?? []);
    if (sight === "everyone" || sight === "nobody" || !actor.staff) return { people: [], everyone: sight === "everyone" };
    const keys = await portfolioKeys(tx, door.map, actor.staff.id, sight, query.limit);
    if (keys.length === 0) return { people: [], everyone: false };
    const rows = await tx
      .select({ subject: subject.id, source: externalReference.source, key: externalReference.key })
      .from(subject)
      .innerJoin(externalReference, eq(externalReference.subject, subject.id))
      .where(inArray(subject.personKey, keys))
      .orderBy(externalReference.key)
      .limit(query.limit);
    return { people: rows.map((row) => ({ ...row, subject: SubjectId.parse(row.subject) })), everyone: false };
  };
