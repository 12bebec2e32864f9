/** The part of a data map that the internal routes work by, in the runtime's own words: it imports no policies. */

/** `delete` the row or value · `anonymise`: blank the columns that say so, keep the row · `keep`, `none`: leave. */
export type Erasure = "none" | "delete" | "anonymise" | "keep";
/** `secret`: never exported, such as a person's key. */
export type MappedColumn = { name: string; erasure: Erasure; secret?: boolean };
/** How a row is about a person: by the subject id in `column`, or like the row of `table` whose key stands in `column`; anything else is not about a subject here. */
export type About =
  | { kind: "subject"; column: string }
  | { kind: "link"; column: string; table: string }
  | { kind: "person" }
  | { kind: "nobody" };
export type MappedTable = { table: string; key: readonly string[]; about: About; erasure: Erasure; columns: readonly MappedColumn[] };
export type SubjectDataMap = { schema: string; tables: readonly MappedTable[] };

/** A data map file as the policies have it; only what is needed of it. */
export type DataMapSource = {
  source: string;
  tables: Readonly<
    Record<
      string,
      { key: readonly string[]; about: About; erasure: Erasure; columns: Readonly<Record<string, { erasure?: Erasure | undefined }>> }
    >
  >;
};

/** `secrets`: `table.column` of what is never exported. A column for which the map says nothing is erased with its row or not at all. */
export function subjectDataMapOf(file: DataMapSource, secrets: readonly string[] = []): SubjectDataMap {
  const tables = Object.entries(file.tables).map(([table, { key, about, erasure, columns }]): MappedTable => ({
    table,
    key,
    about,
    erasure,
    columns: Object.entries(columns).map(([name, column]) => ({
      name,
      erasure: column.erasure ?? "none",
      secret: secrets.includes(`${table}.${name}`),
    })),
  }));
  return { schema: file.source, tables };
}
