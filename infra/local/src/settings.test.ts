import { expect, test } from "vitest";
import { addressesOf, portBaseDefault, unreachableOf } from "./addresses.ts";
import { readSettings } from "./settings.ts";

const root = "/srv/behest";

test("LOCAL-1 every unknown or broken variable and argument is named, and a database URL is never repeated", () => {
  const env = {
    BEHEST_PROT_BASE: "4200",
    BEHEST_PORT_BASE: "seventy",
    DATABASE_URL_DE: "postgres://o:p@h/d",
    DATABASE_URL_UK: "mysql://owner:geheim@host/db",
    BEHEST_DATA: "/nowhere",
    LOG_LEVEL: "loud",
  };
  let message = "";
  try {
    readSettings(root, ["--frehs"], env);
  } catch (error) {
    message = error instanceof Error ? error.message : "";
  }
  for (const named of ["BEHEST_PROT_BASE", "BEHEST_PORT_BASE", "DATABASE_URL_DE", "DATABASE_URL_UK", "BEHEST_DATA", "LOG_LEVEL", "--frehs"])
    expect(message).toContain(named);
  expect(message).not.toContain("geheim");
});

test("LOCAL-1 --fresh together with a database elsewhere is refused: its data would outlive the keys", () => {
  expect(() => readSettings(root, ["--fresh"], { DATABASE_URL_EU: "postgres://owner:secret@db.example.com:5432/behest_eu" })).toThrow(
    "--fresh deletes only .local",
  );
});

test("LOCAL-1 without variables the stack lives in .local, from port 4300 on, with data beside the repository", () => {
  expect(readSettings(root, [], { PATH: "/usr/bin" })).toEqual({
    root,
    folder: "/srv/behest/.local",
    portBase: 4300,
    fresh: false,
    databaseUrls: {},
    dataFolder: "/srv/shared/data",
  });
});

test("LOCAL-1 the default ports can be opened by browsers and by fetch, and a base that can't is refused by name", () => {
  expect(unreachableOf(addressesOf(portBaseDefault))).toEqual([]);
  expect(() => readSettings("/r", [], { BEHEST_PORT_BASE: "4100" })).toThrow("port 4190 (mailbox page) is one that browsers refuse");
});
