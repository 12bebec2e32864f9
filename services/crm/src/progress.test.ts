import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { progressOn } from "./progress.ts";

test("CRM-11 without a terminal progress is plain lines, one for each tenth at most", () => {
  const stream = new PassThrough();
  const shown = progressOn(stream)("Reading", 1_000);
  for (let line = 0; line < 355; line += 1) shown.advance(1);
  shown.advance(400);
  shown.done();
  expect(String(stream.read())).toBe("Reading: 10 %\nReading: 20 %\nReading: 30 %\nReading: 70 %\nReading: 100 %\n");
});

test("CRM-11 on a terminal progress is a bar", () => {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 80,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  const shown = progressOn(stream)("Reading", 10);
  shown.advance(5);
  shown.done();
  expect(String(stream.read())).toMatch(/Reading\s+[█░]+.*100%/);
});
