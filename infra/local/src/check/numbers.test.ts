import { expect, test } from "vitest";
import { faultsOf, titlesIn } from "./numbers.ts";

test("LOCAL-11 a promise without a test is a fault, and so is a number in a title that no README promises", () => {
  const readme = "- **CRM-1** a second run changes nothing\n- **CRM-2** rejects are told by line";
  expect(faultsOf("services/crm/README.md", "CRM", readme, ["CRM-1 a second run", "CRM-7 other", "SHA-256 of a file"])).toEqual([
    "services/crm/README.md: no test title has CRM-2",
    "services/crm/README.md: CRM-7 stands in a test title but is not promised",
  ]);
  expect(faultsOf("services/crm/README.md", "CRM", "Imports.", [])).toEqual(["services/crm/README.md numbers no promise (CRM-1 …)"]);
});

test("LOCAL-11 titles are read from every way of writing a test, and nothing but titles is", () => {
  const source = [
    'test("CRM-1 plain", () => {});',
    "dbTest('CRM-2 with a database', async () => {});",
    "test.prop([fc.nat()])(`CRM-3 a property`, () => {});",
    'test.each([{ a: 1 }])("CRM-4 each", () => {});',
    "  - name: CRM-5 a case of a policy",
    "// CRM-6 in a comment",
    'const text = "CRM-7 in a value";',
  ].join("\n");
  expect(
    titlesIn(source)
      .join(" ")
      .match(/CRM-\d/g),
  ).toEqual(["CRM-1", "CRM-2", "CRM-3", "CRM-4", "CRM-5"]);
});
