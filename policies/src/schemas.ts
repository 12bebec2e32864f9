/** The published JSON Schemas, made from the zod schemas: `schemas/<kind>.schema.json`. */
import { z } from "zod";
import { CaseFile } from "./case-file.ts";
import { fileKinds } from "./file-kinds.ts";

/** File name → text. */
export function schemaTexts(): Map<string, string> {
  const kinds = [...fileKinds, { name: "case", schema: CaseFile }];
  return new Map(
    kinds.map(({ name, schema }) => [
      `${name}.schema.json`,
      `${JSON.stringify({ title: `Behest policies: ${name}`, ...z.toJSONSchema(schema, { io: "input" }) }, null, 2)}\n`,
    ]),
  );
}
