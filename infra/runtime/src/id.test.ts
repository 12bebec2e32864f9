import { cellOf, SubjectId } from "@behest/contracts/ids";
import { expect, test } from "vitest";
import { newId, newSubjectId } from "./id.ts";
import { fixedClock } from "./testing/clock.ts";

const clock = fixedClock(new Date("2026-11-22T09:30:00.000Z"));

test("an id is a UUIDv7 that carries the clock's millisecond", () => {
  const id = newId(clock);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.slice(0, 13).replace("-", ""), 16)).toBe(clock.now().getTime());
});

test("ids of later milliseconds sort after earlier ones", () => {
  const first = newId(clock);
  clock.advance(1);
  expect(newId(clock) > first).toBe(true);
});

test("RUNTIME-1: a subject id names the cell that issued it, and no two are alike", () => {
  const ids = Array.from({ length: 1_000 }, () => newSubjectId("jp", clock));
  expect(new Set(ids).size).toBe(1_000);
  expect(ids.every((id) => SubjectId.safeParse(id).success && cellOf(id) === "jp")).toBe(true);
});
