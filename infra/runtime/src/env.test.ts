import { expect, test } from "vitest";
import { z } from "zod";
import { readServiceEnv } from "./env.ts";

const cell = (suffix: string) => ({
  [`PORT_${suffix}`]: "4110",
  [`DATABASE_URL_${suffix}`]: "postgres://behest_eu_consent:x@127.0.0.1:5432/behest_eu",
  [`ISSUER_${suffix}`]: "http://127.0.0.1:4100/",
  [`CONSENT_URL_${suffix}`]: "http://127.0.0.1:4110",
  [`RECORDS_URL_${suffix}`]: "http://127.0.0.1:4120",
  [`CRM_URL_${suffix}`]: "http://127.0.0.1:4130",
  [`PORTAL_URL_${suffix}`]: "http://127.0.0.1:4140",
  [`CLIENT_ID_${suffix}`]: "consent",
  [`CLIENT_SECRET_${suffix}`]: "s3cr3t",
});
const extra = { STOP_LOG_DIR: z.string() };

test("each cell gets its own values by suffix", () => {
  const env = readServiceEnv("consent", extra, {
    BEHEST_MODE: "local",
    BEHEST_CELLS: "eu,uk",
    ...cell("EU"),
    ...cell("UK"),
    STOP_LOG_DIR_EU: "/a",
    STOP_LOG_DIR_UK: "/b",
  });
  expect(env).toMatchObject({ mode: "local", host: "127.0.0.1", logLevel: "info" });
  expect(env.cells.map((one) => [one.cell, one.extra.STOP_LOG_DIR, one.issuer])).toEqual([
    ["eu", "/a", "http://127.0.0.1:4100"],
    ["uk", "/b", "http://127.0.0.1:4100"],
  ]);
});

test("RUNTIME-3: in production more than one cell is refused", () => {
  const source = { BEHEST_MODE: "production", BEHEST_CELLS: "eu,uk", ...cell("EU"), ...cell("UK") };
  expect(() => readServiceEnv("consent", {}, source)).toThrow(/exactly one cell/);
  expect(readServiceEnv("consent", {}, { ...source, BEHEST_CELLS: "eu" }).cells).toHaveLength(1);
});

test("one message names every bad variable and repeats no value", () => {
  const source = {
    BEHEST_MODE: "prod",
    BEHEST_CELLS: "eu",
    ...cell("EU"),
    PORT_EU: "http",
    DATABASE_URL_EU: "mysql://root:hunter2@db/x",
    CLIENT_SECRET_EU: "",
  };
  expect(() => readServiceEnv("consent", extra, source)).toThrow(
    "consent can't start, its environment is not right: BEHEST_MODE must be production, local or test; PORT_EU must be a port number; DATABASE_URL_EU must be a postgres:// address; CLIENT_SECRET_EU is missing; STOP_LOG_DIR_EU is missing",
  );
});

test("an unknown cell is refused", () => {
  expect(() => readServiceEnv("consent", {}, { BEHEST_MODE: "local", BEHEST_CELLS: "eu,mars", ...cell("EU") })).toThrow(/BEHEST_CELLS/);
});
