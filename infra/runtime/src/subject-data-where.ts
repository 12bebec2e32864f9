/** Which rows of a mapped table are about a subject, as an SQL condition. */
import type { SubjectId } from "@behest/contracts/ids";
import { sql, type SQL } from "drizzle-orm";
import { qualified } from "./sql-names.ts";
import type { MappedTable, SubjectDataMap } from "./subject-data-map.ts";

const linksMax = 5;

/** The tables that lead to a subject id, directly or by links. Throws for a link to a table that the map does not have or has under several keys. */
export function tablesAboutSubjects(map: SubjectDataMap): MappedTable[] {
  return map.tables.filter((table) => leadsToSubject(map, table, linksMax));
}

function leadsToSubject(map: SubjectDataMap, table: MappedTable, linksLeft: number): boolean {
  if (table.about.kind === "subject") return true;
  if (table.about.kind !== "link") return false;
  if (linksLeft === 0) throw new Error(`the links of ${map.schema}.${table.table} go round in a circle or too far`);
  return leadsToSubject(map, linked(map, table.about.table), linksLeft - 1);
}

/** True for rows about the subject. The subject is always a parameter, names come from the map and are quoted. */
export function aboutSubject(map: SubjectDataMap, table: MappedTable, subject: SubjectId): SQL {
  const { about } = table;
  if (about.kind === "subject") return sql`${sql.identifier(about.column)} = ${subject}`;
  if (about.kind !== "link") throw new Error(`${map.schema}.${table.table} is not about a subject`);
  const parent = linked(map, about.table);
  const [key = ""] = parent.key;
  return sql`${sql.identifier(about.column)} in (select ${sql.identifier(key)} from ${qualified(`${map.schema}.${parent.table}`)} where ${aboutSubject(map, parent, subject)})`;
}

function linked(map: SubjectDataMap, name: string): MappedTable {
  const parent = map.tables.find((table) => table.table === name);
  if (!parent || parent.key.length !== 1)
    throw new Error(`a link leads to ${map.schema}.${name}, which the map does not have under one key column`);
  return parent;
}
