/** Everything that the map knows about a person, for that person: by category, with source, purposes and how long. */
import type { Cell, Locale, SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { listStored as contract } from "@behest/contracts/records";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import { jurisdictionsOf } from "@behest/policies/residency";
import type { MapTable } from "@behest/policies/schema";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import { eq } from "drizzle-orm";
import type { Door, Enrolled } from "./door.ts";
import { findEnrolled } from "./find-enrolled.ts";
import { countRows, readRows, tablesAboutPeople, type Row } from "./mapped-query.ts";
import { recordAccess } from "./record-access.ts";
import { subject } from "./schema.ts";

type Stored = Extract<ReplyOf<typeof contract>, { status: 200 }>["body"];
type StoredTable = Stored["categories"][number]["tables"][number];
type Options = { locale: Locale; rowsMax: number };

export const listStored =
  (door: Door) =>
  async (tx: Tx, actor: Actor, { params, query }: InputOf<typeof contract>): Promise<Stored> => {
    const person = await findEnrolled(tx, params.subject);
    if (!person) throw new Problem("subject_unknown");
    const byCategory = await readByCategory(tx, door, person, query);
    const codes = [...byCategory.keys()];
    // GDPR Art. 15(1): the look is the person's own right, needs no purpose, and is still seen in the list of accesses.
    await recordAccess(tx, door, {
      actor,
      subject: person.id,
      purpose: "own-access",
      usedIn: undefined,
      allowed: true,
      categories: codes.toSorted(),
      reasons: [],
      revision: null,
    });
    return {
      subject: person.id,
      ...(await residenceOnRecord(tx, door, person.id)),
      categories: codes.map((code) => describeCategory(door, code, query.locale, byCategory.get(code) ?? [])),
    };
  };

async function residenceOnRecord(tx: Tx, door: Door, id: SubjectId): Promise<{ cell: Cell; jurisdictions: string[]; countries: string[] }> {
  const [row] = await tx.select({ countries: subject.countries, subdivision: subject.subdivision }).from(subject).where(eq(subject.id, id));
  const residence = { countries: row?.countries ?? [], subdivision: row?.subdivision ?? null };
  return { cell: door.cell, jurisdictions: [...jurisdictionsOf(door.policies, residence)], countries: [...residence.countries] };
}

/** One pass over the tables; a table whose columns are of several categories shows under each with its part of the columns. */
async function readByCategory(tx: Tx, door: Door, person: Enrolled, { locale, rowsMax }: Options): Promise<Map<string, StoredTable[]>> {
  const found = new Map<string, StoredTable[]>();
  for (const [name, table] of tablesAboutPeople(door.map)) {
    const total = await countRows(tx, door.map, name, person.personKey);
    if (total === 0) continue;
    const { rows } = await readRows(tx, door.map, name, Object.keys(table.columns), person.personKey, rowsMax);
    const columnsOf = Map.groupBy(Object.keys(table.columns), (column) => table.columns[column]?.category ?? "unmapped");
    for (const [category, columns] of columnsOf) {
      const shown = rows.map((row) => labelled(name, table, columns, row, locale)).filter((fields) => fields.length > 0);
      if (shown.length === 0) continue;
      found.set(category, [...(found.get(category) ?? []), { table: name, label: table.label?.[locale] ?? name, total, rows: shown }]);
    }
  }
  return found;
}

const labelled = (name: string, table: MapTable, columns: readonly string[], row: Row, locale: Locale): StoredTable["rows"][number] =>
  columns.flatMap((column) => {
    const value = row[column] ?? null;
    return value === null ? [] : [{ field: `${name}.${column}`, label: table.columns[column]?.label?.[locale] ?? column, value }];
  });

function describeCategory({ policies, map }: Door, code: string, locale: Locale, tables: StoredTable[]): Stored["categories"][number] {
  const category = policies.categories.get(code);
  const purposes = [...policies.purposes.values()].filter((purpose) => purpose.categories.includes(code));
  return {
    code,
    name: category?.name[locale] ?? code,
    sensitive: category?.sensitive ?? true,
    source: map.provenance[locale],
    purposes: purposes.map((purpose) => ({ code: purpose.purpose, name: purpose.name[locale] })),
    keptUntil: category?.kept[locale] ?? "",
    tables,
  };
}
