import { expect, test } from "vitest";
import { wallClock } from "./wall-clock.ts";

test("CRM-1 a local time is the same instant however the clocks change", () => {
  const read = wallClock("dd.MM.yyyy HH:mm", "Europe/London");
  const iso = (text: string) => read(text)?.toISOString();
  expect(iso("01.12.2010 08:26")).toBe("2010-12-01T08:26:00.000Z");
  expect(iso("01.07.2011 10:00")).toBe("2011-07-01T09:00:00.000Z");
  expect(iso("27.03.2011 01:30"), "an hour that was skipped moves on").toBe("2011-03-27T01:30:00.000Z");
  expect(iso("30.10.2011 01:30"), "of an hour that came twice, the first").toBe("2011-10-30T00:30:00.000Z");
  expect(iso("30.10.2011 02:30")).toBe("2011-10-30T02:30:00.000Z");
});

test("CRM-6 what is no date in the mapping's format is refused, not guessed", () => {
  const read = wallClock("yyyy-MM-dd HH:mm:ss", "Asia/Tokyo");
  for (const text of [
    "",
    "2011-02-31 10:00:00",
    "2011-13-01 10:00:00",
    "2011-01-01 24:00:00",
    "2011-01-01 10:60:00",
    "2011-1-1 10:00:00",
    "2011-01-01",
    "01.02.2011 10:00:00",
    " 2011-01-01 10:00:00",
  ]) {
    expect(read(text), text).toBeUndefined();
  }
  expect(read("2012-02-29 09:00:00")?.toISOString()).toBe("2012-02-29T00:00:00.000Z");
});

test("a format without a day, and a zone that does not exist, are errors at once", () => {
  expect(() => wallClock("yyyy-MM", "Europe/London")).toThrow("no day");
  expect(() => wallClock("yyyy-MM-dd", "Europe/Nowhere")).toThrow();
});
