import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { createLog } from "./log.ts";

function capture() {
  const lines: string[] = [];
  return { lines, log: createLog("consent", "debug", { write: (line) => void lines.push(line) }) };
}

test("a line is one JSON object with level, service, time and message", () => {
  const { lines, log } = capture();
  log.info({ port: 4110 }, "ready");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "info",
    service: "consent",
    port: 4110,
    msg: "ready",
    time: expect.stringMatching(/Z$/),
  });
});

test("RUNTIME-2: fields that hold personal data or secrets are cut out at any depth", () => {
  const { lines, log } = capture();
  log.info({ request: { headers: { authorization: "Bearer abc" }, list: [{ email: "ada@example.test" }] }, password: "hunter2" }, "seen");
  expect(lines[0]).not.toMatch(/abc|ada@|hunter2/);
});

test("RUNTIME-2: a failed query is logged with its SQL text, never with its parameters", () => {
  const { lines, log } = capture();
  const error = new DrizzleQueryError("insert into t values ($1)", ["ada@example.test"], new Error("connection lost"));
  expect(error.message).toContain("ada@example.test");
  log.error({ err: error }, "query failed");
  log.error({ err: new Error("outer", { cause: error }) }, "query failed");
  expect(lines.join("")).not.toContain("ada@");
  expect(JSON.parse(lines[0] ?? "").err).toMatchObject({ sql: "insert into t values ($1)", cause: { message: "connection lost" } });
});

test("RUNTIME-2: a JSON parser's message, which quotes the input, is left out", () => {
  const { lines, log } = capture();
  try {
    JSON.parse("ada@example.test");
  } catch (error) {
    log.error({ err: error }, "broken");
  }
  expect(lines.join("")).not.toContain("ada@");
});
