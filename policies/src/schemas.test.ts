import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { policiesDirectory } from "./load.ts";
import { schemaTexts } from "./schemas.ts";

test("POLICY-19 the published JSON Schemas are those of the code, and no others", () => {
  const folder = join(policiesDirectory, "schemas");
  const published = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  expect([...published.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(
    [...schemaTexts().keys()].toSorted((a, b) => a.localeCompare(b)),
  );
  for (const [name, text] of schemaTexts()) expect(published.get(name), name).toBe(text);
});
