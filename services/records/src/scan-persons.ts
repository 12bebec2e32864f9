/** The persons whom the map finds in a source, in key order, a bounded batch at a time. */
import type { Channel } from "@behest/contracts/ids";
import type { DataMapFile } from "@behest/policies/schema";
import type { Tx } from "@behest/runtime/database";
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { personTable, relation, type PersonTable } from "./mapped-query.ts";

export type Person = {
  key: string;
  reference: { source: string; key: string };
  /** Countries as the sources give them, without repetition, sorted. */
  residenceAsGiven: string[];
  subdivision: string | null;
  birthYear: number | null;
  contactPoints: { channel: Channel; value: string }[];
};

/** Up to `batchMax` persons after `afterKey` (exclusive; null: from the start). */
export async function scanPersons(tx: Tx, map: DataMapFile, afterKey: string | null, batchMax: number): Promise<Person[]> {
  const person = personTable(map);
  const key = sql`p.${sql.identifier(person.about.key)}`;
  return parsed(
    person,
    await tx.execute(
      sql`${selectPerson(map, person)} where ${afterKey === null ? sql`true` : sql`${key} > ${afterKey}`} order by ${key} limit ${batchMax}`,
    ),
  );
}

/** The persons of these keys; keys that are gone are left out. */
export async function findPersons(tx: Tx, map: DataMapFile, keys: readonly string[]): Promise<Person[]> {
  if (keys.length === 0) return [];
  const person = personTable(map);
  const list = sql.join(
    keys.map((key) => sql`${key}`),
    sql`, `,
  );
  return parsed(person, await tx.execute(sql`${selectPerson(map, person)} where p.${sql.identifier(person.about.key)} in (${list})`));
}

function selectPerson(map: DataMapFile, person: PersonTable): SQL {
  const { about, name } = person;
  const column = (wanted: string | undefined): SQL => (wanted === undefined ? sql`null::text` : sql`p.${sql.identifier(wanted)}::text`);
  const points = about.contactPoints.map((point) => sql`p.${sql.identifier(point.column)}::text`);
  return sql`
    select p.${sql.identifier(about.key)}::text as key, ${column(about.reference)} as reference, ${column(about.referenceSource)} as reference_source,
      ${column(about.subdivision)} as subdivision, ${column(about.birthYear)} as birth_year,
      to_jsonb(array[${sql.join(points, sql`, `)}]::text[])::text as points,
      to_jsonb(array(${sql.join(
        about.residence.map((field) => residenceOf(map, person, field)),
        sql` union `,
      )}))::text as residence
    from ${relation(map, name)} p`;
}

/** Distinct values of one residence column for the person in hand: their own column, or that of a table linked straight to them. */
function residenceOf(map: DataMapFile, person: PersonTable, field: string): SQL {
  const [table = "", column = ""] = field.split(".");
  if (table === person.name) return sql`select p.${sql.identifier(column)}::text where p.${sql.identifier(column)} is not null`;
  const about = map.tables[table]?.about;
  if (about?.kind !== "link" || about.table !== person.name)
    throw new Error(`data map ${map.source}: residence evidence ${field} must be of the person's table or of one linked straight to it`);
  return sql`select r.${sql.identifier(column)}::text from ${relation(map, table)} r where r.${sql.identifier(about.column)} = p.${sql.identifier(person.about.key)} and r.${sql.identifier(column)} is not null`;
}

const PersonRow = z.object({
  key: z.string(),
  reference: z.string(),
  reference_source: z.string().nullable(),
  subdivision: z.string().nullable(),
  birth_year: z.coerce.number().int().nullable(),
  points: z.string(),
  residence: z.string(),
});

function parsed({ about }: PersonTable, rows: unknown): Person[] {
  return z
    .array(PersonRow)
    .parse(rows)
    .map((row) => {
      const values = z.array(z.string().nullable()).parse(JSON.parse(row.points));
      return {
        key: row.key,
        reference: { source: row.reference_source ?? "crm", key: row.reference },
        residenceAsGiven: z.array(z.string()).parse(JSON.parse(row.residence)).toSorted(),
        subdivision: row.subdivision,
        birthYear: row.birth_year,
        contactPoints: about.contactPoints.flatMap(({ channel }, index) => {
          const value = values[index]?.trim();
          return value ? [{ channel, value }] : [];
        }),
      };
    });
}
