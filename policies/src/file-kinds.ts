/** Which file holds what. A YAML file that fits none of these is a fault, so that nothing is written in vain. */
import type { z } from "zod";
import { parseFile, type Parsed } from "./parse-file.ts";
import {
  CallerFile,
  CapsFile,
  CategoriesFile,
  ControllerFile,
  CountriesFile,
  DataMapFile,
  InstrumentsFile,
  JurisdictionFile,
  PurposeFile,
  RolesFile,
  SetFile,
  TransfersFile,
} from "./schema.ts";

export type FileKind<T> = {
  /** Also the name of the published JSON Schema. */
  name: string;
  pattern: RegExp;
  schema: z.ZodType;
  read(file: string, raw: unknown): Parsed<T>;
};

/** `codeOf`: the code inside that the file is named for. One value is parsed once, however many sets it is part of. */
function kind<S extends z.ZodType>(name: string, pattern: RegExp, schema: S, codeOf?: (value: z.infer<S>) => string): FileKind<z.infer<S>> {
  const known = new WeakMap<object, Parsed<z.infer<S>>>();
  const read = (file: string, raw: unknown): Parsed<z.infer<S>> => {
    if (typeof raw !== "object" || raw === null) return parseFile(schema, file, raw);
    const parsed = known.get(raw) ?? named(pattern, file, parseFile(schema, file, raw), codeOf);
    known.set(raw, parsed);
    return parsed;
  };
  return { name, pattern, schema, read };
}

function named<T>(pattern: RegExp, file: string, parsed: Parsed<T>, codeOf?: (value: T) => string): Parsed<T> {
  const expected = pattern.exec(file)?.[1];
  const code = parsed.ok ? codeOf?.(parsed.value) : undefined;
  if (code === undefined || code === expected) return parsed;
  return {
    ok: false,
    faults: [{ file, path: [], what: `the file is named "${expected}", inside it says "${code}"`, todo: "make them the same" }],
  };
}

export const setKind = kind("set", /^set\.yaml$/, SetFile);
export const purposeKind = kind("purpose", /^purposes\/([^/]+)\.yaml$/, PurposeFile, (file) => file.purpose);
export const rolesKind = kind("roles", /^callers\/roles\.yaml$/, RolesFile);
export const callerKind = kind("caller", /^callers\/(?!roles\.)([^/]+)\.yaml$/, CallerFile, (file) => file.client);
export const controllerKind = kind("controller", /^controllers\/([^/]+)\.yaml$/, ControllerFile, (file) => file.controller);
export const categoriesKind = kind("categories", /^data-map\/categories\.yaml$/, CategoriesFile);
export const dataMapKind = kind("data-map", /^data-map\/(?!categories\.)([^/]+)\.yaml$/, DataMapFile, (file) => file.source);
export const jurisdictionKind = kind("jurisdiction", /^jurisdictions\/([^/]+)\.yaml$/, JurisdictionFile, (file) => file.jurisdiction);
export const countriesKind = kind("countries", /^residency\/countries\.yaml$/, CountriesFile);
export const transfersKind = kind("transfers", /^residency\/transfers\.yaml$/, TransfersFile);
export const instrumentsKind = kind("instruments", /^residency\/instruments\.yaml$/, InstrumentsFile);
export const capsKind = kind("caps", /^channels\/caps\.yaml$/, CapsFile);

/** Name, pattern and schema of every kind. */
export const fileKinds: readonly Pick<FileKind<unknown>, "name" | "pattern" | "schema">[] = [
  setKind,
  purposeKind,
  rolesKind,
  callerKind,
  controllerKind,
  categoriesKind,
  dataMapKind,
  jurisdictionKind,
  countriesKind,
  transfersKind,
  instrumentsKind,
  capsKind,
];
