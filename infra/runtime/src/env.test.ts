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

test("RUNTIME-18: in production whatever leaves the machine is encrypted: one message names every address that is not, and repeats none", () => {
  const source = {
    BEHEST_MODE: "production",
    BEHEST_CELLS: "eu",
    ...cell("EU"),
    ISSUER_EU: "http://id.example.org",
    RECORDS_URL_EU: "http://10.0.0.7:4120",
    PORTAL_URL_EU: "https://privacy.example.org",
    DATABASE_URL_EU: "postgres://behest:hunter2@db.example.org/behest_eu",
  };
  expect(() => readServiceEnv("consent", {}, source)).toThrow(
    "consent can't start, its environment is not right: ISSUER_EU must be https in production, unless its host is this machine; RECORDS_URL_EU must be https in production, unless its host is this machine; DATABASE_URL_EU must end with ?sslmode=verify-full (or require, verify-ca) in production, unless its host is this machine",
  );
  expect(readServiceEnv("consent", {}, { ...source, BEHEST_MODE: "local" }).cells).toHaveLength(1);
  const secure = {
    ...source,
    ISSUER_EU: "https://id.example.org",
    RECORDS_URL_EU: "https://10.0.0.7:4120",
    DATABASE_URL_EU: "postgres://behest:hunter2@db.example.org/behest_eu?sslmode=verify-full",
  };
  expect(readServiceEnv("consent", {}, secure).cells).toHaveLength(1);
});

const inProduction = (changed: Record<string, string>) => () =>
  readServiceEnv("consent", {}, { BEHEST_MODE: "production", BEHEST_CELLS: "eu", ...cell("EU"), ...changed });

test.each(["http://127.0.0.1:1", "http://127.8.9.1:1", "http://localhost:1", "http://eu.localhost:1", "http://[::1]:1"])(
  "RUNTIME-18: in production %s stays on the machine and may be plain",
  (address) => {
    expect(inProduction({ ISSUER_EU: address })().cells).toHaveLength(1);
  },
);
test.each(["http://127.0.0.1.example.org", "http://localhost.example.org", "http://notlocalhost", "http://[::2]:1"])(
  "RUNTIME-18: in production %s leaves the machine and may not be plain",
  (address) => {
    expect(inProduction({ ISSUER_EU: address })).toThrow("ISSUER_EU must be https");
  },
);
test.each(["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full", "host=/run/postgresql"])(
  "RUNTIME-18: a database of another machine is accepted in production with %s",
  (mode) => {
    expect(inProduction({ DATABASE_URL_EU: `postgres://a:b@db.example.org/x?${mode}` })().cells).toHaveLength(1);
  },
);
test.each(["", "sslmode=disable", "sslmode=prefer", "sslmode=require&sslmode=disable"])(
  "RUNTIME-18: a database of another machine is refused in production with '%s'",
  (mode) => {
    expect(inProduction({ DATABASE_URL_EU: `postgres://a:b@db.example.org/x?${mode}` })).toThrow("DATABASE_URL_EU must end with ?sslmode");
  },
);
test("RUNTIME-18: a host among the parameters of a database's address counts instead of the one in its place", () => {
  expect(inProduction({ DATABASE_URL_EU: "postgres://a:b@127.0.0.1/x?host=db.example.org" })).toThrow("DATABASE_URL_EU must");
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
