import { expect, test } from "vitest";
import { z } from "zod";
import { documentedServices, routesOf } from "./openapi.ts";
import { text } from "./text.ts";

const odd = ["\0", "a\0b", "abc\uD800", "\uDC00abc", "a".repeat(30) + "\0"];

test("CONTRACTS-6: text without NUL characters and halves of a character is taken as it is, of any script", () => {
  const two = text(1, 20);
  for (const good of ["a", "日本語", "😀", "line\nbreak", "é"]) expect(two.parse(good)).toBe(good);
  for (const bad of odd) expect(two.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  expect(two.safeParse("").success).toBe(false);
  expect(two.safeParse("a".repeat(21)).success).toBe(false);
});

/** Denied with their codes, and never stored or looked up unless they are a known id or purpose. */
const judged = new Set([
  "checkUses checks[].subject",
  "checkUses checks[].purpose",
  "checkUses checks[].categories[]",
  "reserveContact subject",
]);

test("CONTRACTS-6: no other field of any request takes a NUL character or half a character", () => {
  const fields = documentedServices.flatMap((service) =>
    routesOf[service].flatMap(({ id, body, query, params }) =>
      [body, query, params].flatMap((part) => (part === undefined ? [] : stringsOf(part, `${id} `))),
    ),
  );
  const open = fields.filter(({ schema }) => odd.some((given) => schema.safeParse(given).success)).map(({ name }) => name);
  expect(fields.length).toBeGreaterThan(40);
  expect(open.toSorted()).toEqual([...judged].toSorted());
});

type Field = { name: string; schema: z.ZodType };
/** Every field of a schema that may hold text, by its way there. */
function stringsOf(schema: z.core.$ZodType, name: string): Field[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) => stringsOf(inner, name.endsWith(" ") ? name + key : `${name}.${key}`));
  if (schema instanceof z.ZodArray) return stringsOf(schema.element, `${name}[]`);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return stringsOf(schema.def.innerType, name);
  if (schema instanceof z.ZodRecord || schema instanceof z.ZodUnion || schema instanceof z.ZodPipe)
    throw new Error(`${name}: walk this too`);
  return schema instanceof z.ZodString || schema instanceof z.ZodStringFormat || schema instanceof z.ZodEnum ? [{ name, schema }] : [];
}
