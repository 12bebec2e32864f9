import { fc, test } from "@fast-check/vitest";
import { expect, vi } from "vitest";
import { ticksBetween } from "./cron-ticks.ts";

vi.setConfig({ testTimeout: 60_000 }); // walks every minute of many days
const at = (text: string): Date => new Date(`${text}Z`);
const told = (...ticks: Parameters<typeof ticksBetween>): string[] => ticksBetween(...ticks).map((tick) => tick.toISOString().slice(0, 16));

test("SCHEDULE-1: ticks are the minutes after the last one up to now, the latest ones in order", () => {
  expect(told("*/15 * * * *", at("2026-03-01T10:00"), at("2026-03-01T11:00:30"), 99)).toEqual([
    "2026-03-01T10:15",
    "2026-03-01T10:30",
    "2026-03-01T10:45",
    "2026-03-01T11:00",
  ]);
  expect(told("*/15 * * * *", at("2026-03-01T10:00"), at("2026-03-01T11:00:30"), 2)).toEqual(["2026-03-01T10:45", "2026-03-01T11:00"]);
  expect(told("*/15 * * * *", at("2026-03-01T10:45"), at("2026-03-01T10:59:59"), 9)).toEqual([]);
});

test("SCHEDULE-1: a nightly tick comes once in every night, summer time or not", () => {
  expect(told("30 2 * * *", at("2026-03-27T12:00"), at("2026-03-30T12:00"), 9)).toEqual([
    "2026-03-28T02:30",
    "2026-03-29T02:30",
    "2026-03-30T02:30",
  ]);
});

test("SCHEDULE-1: a tick missed more than 35 days ago is not looked for", () => {
  expect(told("0 0 1 * *", at("2025-01-01T00:00"), at("2026-03-20T00:00"), 99)).toEqual(["2026-03-01T00:00"]);
});

test.prop([fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 })])(
  "SCHEDULE-1: two adjoining spans have the ticks of the whole, none twice",
  (start, first, second) => {
    const instant = (minutes: number): Date => new Date(Date.UTC(2026, 2, 1) + minutes * 60_000);
    const [a, b, c] = [instant(start), instant(start + first), instant(start + first + second)];
    expect([...told("7 */3 * * *", a, b, 999), ...told("7 */3 * * *", b, c, 999)]).toEqual(told("7 */3 * * *", a, c, 999));
  },
);

test("SCHEDULE-1: what is no cron expression of five fields is refused", () => {
  for (const wrong of ["", "* * * *", "61 * * * *", "* * * * * *", "soon"])
    expect(() => ticksBetween(wrong, at("2026-03-01T10:00"), at("2026-03-01T11:00"), 1)).toThrow("not a cron expression");
});
