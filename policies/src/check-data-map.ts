/** The map: every column it leans on is in it, every category exists, and every table leads to a person or says that it is about nobody. */
import { unknownName, type Fault, type Path } from "./fault.ts";
import type { DataMapFile, MapTable } from "./schema.ts";
import type { PolicySources } from "./sources.ts";

export function checkDataMaps(sources: PolicySources): Fault[] {
  const categories = Object.keys(sources.categories.categories);
  return sources.dataMaps.flatMap((map) => [
    ...checkPersons(map),
    ...Object.entries(map.tables).flatMap(([name, table]) => [
      ...checkColumns(map, name, table, categories),
      ...checkAbout(map, name, table),
    ]),
  ]);
}

const fileOf = (map: DataMapFile): string => `data-map/${map.source}.yaml`;

function checkPersons(map: DataMapFile): Fault[] {
  const persons = Object.values(map.tables).filter(({ about }) => about.kind === "person").length;
  if (map.kind === "crm" && persons !== 1)
    return [{ file: fileOf(map), path: ["tables"], what: `${persons} tables are about: person`, todo: "a CRM's map has exactly one" }];
  if (map.kind === "own" && persons > 0)
    return [
      {
        file: fileOf(map),
        path: ["tables"],
        what: "a table of our own is about: person",
        todo: "tables of our own hold the subject id: about: subject",
      },
    ];
  return [];
}

function checkColumns(map: DataMapFile, name: string, table: MapTable, categories: readonly string[]): Fault[] {
  const path = ["tables", name];
  return [
    ...Object.entries(table.columns)
      .filter(([, { category }]) => !categories.includes(category))
      .map(([column, { category }]) =>
        unknownName(
          fileOf(map),
          [...path, "columns", column, "category"],
          "category",
          category,
          categories,
          "add it to data-map/categories.yaml",
        ),
      ),
    ...table.key.flatMap((column, index) => columnOf(map, name, column, [...path, "key", index])),
    ...(table.newest === undefined ? [] : columnOf(map, name, table.newest, [...path, "newest"])),
  ];
}

function checkAbout(map: DataMapFile, name: string, { about }: MapTable): Fault[] {
  const path = ["tables", name, "about"];
  switch (about.kind) {
    case "nobody":
      return [];
    case "subject":
      return columnOf(map, name, about.column, [...path, "column"]);
    case "link":
      return [
        ...columnOf(map, name, about.column, [...path, "column"]),
        ...(leadsToPerson(map, name)
          ? []
          : [
              {
                file: fileOf(map),
                path: [...path, "table"],
                what: `the link to "${about.table}" leads to no person`,
                todo: "link to a mapped table that is about a person, or link to one that is",
              },
            ]),
      ];
    case "person": {
      const { owner } = about;
      return [
        ...[about.key, about.reference, about.referenceSource, about.subdivision, about.birthYear, about.language].flatMap((column) =>
          column === undefined ? [] : columnOf(map, name, column, path),
        ),
        ...about.residence.flatMap((field, index) => columnOf(map, ...tableAndColumn(field), [...path, "residence", index])),
        ...about.contactPoints.flatMap(({ column }, index) => columnOf(map, name, column, [...path, "contactPoints", index])),
        ...(owner === undefined
          ? []
          : [
              ...columnOf(map, name, owner.via, [...path, "owner", "via"]),
              ...columnOf(map, owner.table, owner.key, [...path, "owner", "key"]),
              ...columnOf(map, owner.table, owner.column, [...path, "owner", "column"]),
            ]),
      ];
    }
  }
}

function leadsToPerson(map: DataMapFile, name: string, seen: readonly string[] = []): boolean {
  const about = Object.hasOwn(map.tables, name) ? map.tables[name]?.about : undefined;
  if (about === undefined || seen.includes(name)) return false;
  return about.kind === "link" ? leadsToPerson(map, about.table, [...seen, name]) : about.kind !== "nobody";
}

function tableAndColumn(field: string): [string, string] {
  const [table = "", column = ""] = field.split(".");
  return [table, column];
}

function columnOf(map: DataMapFile, table: string, column: string, path: Path): Fault[] {
  const known = Object.hasOwn(map.tables, table) ? Object.keys(map.tables[table]?.columns ?? {}) : undefined;
  if (known === undefined) return [unknownName(fileOf(map), path, "table", table, Object.keys(map.tables), `map the table "${table}"`)];
  return known.includes(column)
    ? []
    : [
        unknownName(
          fileOf(map),
          path,
          "column",
          `${table}.${column}`,
          known.map((name) => `${table}.${name}`),
          `map the column "${column}"`,
        ),
      ];
}
