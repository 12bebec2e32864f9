import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readMapping } from "./mapping.ts";
import { scratchFolder } from "./testing/shop-file.ts";

const online = fileURLToPath(new URL("../mappings/online-retail.yaml", import.meta.url));

test("CRM-7 the mapping of the online shop is read, and the same mapping has the same digest", () => {
  expect(readMapping(online).mapping.source).toBe("online-retail");
  expect(readMapping(online).digest).toBe(readMapping(online).digest);
});

test("CRM-7 everything wrong with a mapping is said in one message", () => {
  using folder = scratchFolder();
  const path = folder.write(
    "bad.yaml",
    'source: My Shop\nformat: { delimiter: ";;" }\ncolumns: { invoice: No }\ndate: { format: "dd.MM", timeZone: Mars }\ncurrency: pounds\nextra: 1\n',
  );
  const message = messageOf(() => readMapping(path));
  for (const part of ["source:", "format.delimiter:", "columns.customer:", "date:", "currency:", "extra"]) expect(message).toContain(part);
  expect(messageOf(() => readMapping(folder.write("torn.yaml", "source: [")))).toContain("is not YAML");
  expect(messageOf(() => readMapping(`${folder.path}/none.yaml`))).toContain("can't be read");
});

function messageOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}
