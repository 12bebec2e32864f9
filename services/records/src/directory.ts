/** Whom a member of staff may see: everyone, their own customers, or those of the team below. Peers see nothing of each other's. */
import type { PolicySet } from "@behest/policies/compile";
import type { DataMapFile } from "@behest/policies/schema";
import type { Tx } from "@behest/runtime/database";
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { personTable, relation } from "./mapped-query.ts";

export type Sight = "everyone" | "own" | "team" | "nobody";
type Member = { id: string; roles: readonly string[] };

/** The widest sight that any of the roles gives. An unknown role gives none. */
export function sightOf(set: PolicySet, roles: readonly string[]): Sight {
  const order: Sight[] = ["everyone", "team", "own"];
  const given = roles.map((role) => set.roles.get(role)?.sees ?? "nobody");
  return order.find((sight) => given.includes(sight)) ?? "nobody";
}

/** May this member of staff see this person? */
export async function mayStaffSee(tx: Tx, set: PolicySet, map: DataMapFile, member: Member, personKey: string): Promise<boolean> {
  const sight = sightOf(set, member.roles);
  if (sight === "everyone") return true;
  if (sight === "nobody") return false;
  const found = await tx.execute(
    sql`${responsible(map, member.id, sight)} and p.${sql.identifier(personTable(map).about.key)} = ${personKey} limit 1`,
  );
  return found.length > 0;
}

/** CRM keys of the people a member of staff answers for, at most `limit`. */
export async function portfolioKeys(tx: Tx, map: DataMapFile, staffId: string, sight: "own" | "team", limit: number): Promise<string[]> {
  const found = await tx.execute(sql`${responsible(map, staffId, sight)} order by 1 limit ${limit}`);
  return z
    .array(z.object({ key: z.string() }))
    .parse(found)
    .map(({ key }) => key);
}

/** `select key::text from person join owner where owner is the member (or below)`, open for more conditions. */
function responsible(map: DataMapFile, staffId: string, sight: "own" | "team"): SQL {
  const person = personTable(map);
  const { owner } = person.about;
  if (!owner) return sql`select null::text as key where false`;
  // `union`, not `union all`: a circle in the directory ends instead of running for ever.
  const below = sql`(with recursive below(id) as (select ${staffId}::text union select s.id from records.staff s join below b on s.manager = b.id) select id from below where ${sight === "team"} or id = ${staffId})`;
  return sql`select p.${sql.identifier(person.about.key)}::text as key
    from ${relation(map, person.name)} p join ${relation(map, owner.table)} o on o.${sql.identifier(owner.key)} = p.${sql.identifier(owner.via)}
    where o.${sql.identifier(owner.column)} in ${below}`;
}
