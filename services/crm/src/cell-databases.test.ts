import { expect, test } from "vitest";
import { cellDatabases } from "./cell-databases.ts";
import { scratchFolder } from "./testing/shop-file.ts";

test("CRM-11 databases come from DATABASE_URL_<CELL>, else from the local stack by the CRM's own role, and when neither is there it says so", () => {
  using folder = scratchFolder();
  const stack = folder.write(
    "stack.json",
    JSON.stringify({
      mailbox: "x",
      databases: { eu: "postgres://owner/eu" },
      crmDatabases: { eu: "postgres://local/eu", cn: "postgres://local/cn" },
    }),
  );
  expect([...cellDatabases({ DATABASE_URL_UK: "postgres://given/uk" }, stack)]).toEqual([["uk", "postgres://given/uk"]]);
  expect([...cellDatabases({ DATABASE_URL_UK: "" }, stack)]).toEqual([
    ["eu", "postgres://local/eu"],
    ["cn", "postgres://local/cn"],
  ]);
  for (const content of ["{}", "not json"])
    expect(() => cellDatabases({}, folder.write("bad.json", content))).toThrow(/No database: set DATABASE_URL_<CELL>/);
  expect(() => cellDatabases({}, `${folder.path}/none.json`)).toThrow(/pnpm@12 start/);
});
