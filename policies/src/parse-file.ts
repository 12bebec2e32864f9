/** One file's value against its schema: the parsed value, or every fault in words that say what to do. */
import { locales } from "@behest/contracts/ids";
import { z } from "zod";
import { suggestion, type Fault, type Path } from "./fault.ts";

export type Parsed<T> = { ok: true; value: T } | { ok: false; faults: Fault[] };

export function parseFile<S extends z.ZodType>(schema: S, file: string, raw: unknown): Parsed<z.infer<S>> {
  const result = schema.safeParse(raw);
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, faults: result.error.issues.flatMap((issue) => sayIssue(schema, file, raw, issue)) };
}

type Issue = z.core.$ZodIssue;

function sayIssue(schema: z.ZodType, file: string, raw: unknown, issue: Issue): Fault[] {
  const path: Path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const given = valueAt(raw, path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      file,
      path: [...path, key],
      what: `unknown key "${key}"`,
      todo: suggestion(key, keysAt(schema, path)) ?? `known here: ${keysAt(schema, path).join(", ")}`,
    }));
  if (issue.code === "invalid_union" && issue.errors.length > 0)
    return meantBranch(issue.errors).flatMap((inner) => sayIssue(schema, file, raw, { ...inner, path: [...issue.path, ...inner.path] }));
  if (given === undefined && path.length > 0) return [missing(file, path)];
  if (issue.code === "invalid_value" && typeof given === "string")
    return [
      {
        file,
        path,
        what: `"${given}" is not known here`,
        todo: suggestion(given, issue.values.map(String)) ?? `one of ${issue.values.map(String).join(", ")}`,
      },
    ];
  if (issue.code === "invalid_key")
    return [
      {
        file,
        path,
        what: `"${String(path.at(-1))}" can't stand as a name here`,
        todo: issue.issues.map(({ message }) => message).join("; "),
      },
    ];
  return [{ file, path, what: path.length === 0 ? issue.message : `${path.join(".")}: ${issue.message}`, todo: "correct the value" }];
}

/** Of several shapes, the one that the value has at least the outline of. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const fits = (issues: readonly Issue[]): boolean => issues.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys");
  return branches.find(fits) ?? branches[0] ?? [];
}

function missing(file: string, path: Path): Fault {
  const name = String(path.at(-1));
  if (locales.some((locale) => locale === name))
    return { file, path, what: `${path.slice(0, -1).join(".")} is not translated into ${name}`, todo: `add ${name}` };
  if (name === "citation" || name === "status")
    return {
      file,
      path,
      what: `${path.slice(0, -1).join(".")} has no ${name}`,
      todo: "say which law it comes from, or that it is our own rule: citation and status (V, V2, K or house)",
    };
  return { file, path, what: `${path.join(".")} is missing`, todo: `add "${name}"` };
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined), raw);
}

/** The keys that an object of the schema may have, found in its JSON Schema. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const root = z.toJSONSchema(schema, { io: "input" });
  const places = path.reduce<unknown[]>((here, step) => here.flatMap((place) => below(root, place, step)), alternatives(root, root));
  return [...new Set(places.flatMap((place) => [...Object.keys(member(place, "properties") ?? {}), ...namesAllowed(root, place)]))];
}

/** Of a record whose keys are one of a list. */
function namesAllowed(root: unknown, place: unknown): string[] {
  const listed = alternatives(root, member(place, "propertyNames")).map((names) => member(names, "enum"));
  return listed.flatMap((names) => (Array.isArray(names) ? names.map(String) : []));
}

function below(root: unknown, place: unknown, step: string | number): unknown[] {
  const named =
    member(member(place, "properties"), step) ??
    (typeof step === "number" ? member(place, "items") : member(place, "additionalProperties"));
  return alternatives(root, named);
}

function alternatives(root: unknown, place: unknown): unknown[] {
  const reference = member(place, "$ref");
  if (typeof reference === "string") return alternatives(root, reference.replace(/^#\//, "").split("/").reduce<unknown>(member, root));
  const several = member(place, "anyOf") ?? member(place, "oneOf");
  return Array.isArray(several) ? several.flatMap((one) => alternatives(root, one)) : [place];
}

const member = (place: unknown, name: string | number): object | string | undefined => {
  const found: unknown = typeof place === "object" && place !== null ? Reflect.get(place, name) : undefined;
  return typeof found === "string" || (typeof found === "object" && found !== null) ? found : undefined;
};
