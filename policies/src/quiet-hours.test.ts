import { fc, test } from "@fast-check/vitest";
import { describe, expect, vi } from "vitest";
import { decide } from "./decide.ts";
import { loadPolicies } from "./load.ts";
import { quietAmong, type Quiet } from "./quiet-hours.ts";
import { ask, person } from "./testing/small-policies.ts";

// Walks two days in quarters of an hour, many times.
vi.setConfig({ testTimeout: 60_000 });

const quarterMs = 900_000;
const daysMs = 2 * 86_400_000;
const law = { citation: "house rule", status: "house" } as const;
const night = { from: "21:00", to: "08:00", ...law };
const at = (time: string): number => Date.parse(time);
const told = ({ quiet, until }: Quiet) => ({ quiet, until: until === undefined ? undefined : new Date(until).toISOString() });

const clocks = new Map<string, Intl.DateTimeFormat>();
/** What a clock on the wall shows, such as 08:15: another way to the same knowledge. */
function shown(zone: string, moment: number): string {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", timeStyle: "short" });
  clocks.set(zone, clock);
  return clock.format(moment);
}
function isQuiet(hours: { from: string; to: string }, zones: readonly string[], moment: number): boolean {
  return zones.some((zone) => {
    const now = shown(zone, moment);
    return hours.from <= hours.to ? now >= hours.from && now < hours.to : now >= hours.from || now < hours.to;
  });
}
/** Looks at every quarter of an hour until the answer changes. */
function walked(hours: { from: string; to: string }, zones: readonly string[], from: number): Quiet {
  const quiet = isQuiet(hours, zones, from);
  for (let moment = (Math.floor(from / quarterMs) + 1) * quarterMs; moment < from + daysMs; moment += quarterMs)
    if (isQuiet(hours, zones, moment) !== quiet) return { quiet, until: moment };
  return { quiet, until: undefined };
}

const clock = fc.integer({ min: 0, max: 95 }).map((quarter) => new Date(quarter * quarterMs).toISOString().slice(11, 16));
const hours = fc.tuple(clock, clock).map(([from, to]) => ({ from, to, ...law }));
const zones = fc.array(fc.constantFrom(...Intl.supportedValuesOf("timeZone")), { minLength: 1, maxLength: 6 });
const moment = fc.oneof(
  fc.integer({ min: at("2000-01-01T00:00:00Z"), max: at("2040-01-01T00:00:00Z") }),
  // Where clocks change in Europe and America.
  fc
    .tuple(
      fc.constantFrom("2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
      fc.integer({ min: -daysMs, max: daysMs }),
    )
    .map(([change, around]) => at(change) + around),
);

describe("quiet hours of several zones", () => {
  test.prop([hours, zones, moment], { numRuns: 300 })(
    "POLICY-12 are what clocks on the walls say, and so is their end, whatever the zones, hours and changes of clocks",
    (rule, places, now) => {
      expect(told(quietAmong(rule, places, now))).toEqual(told(walked(rule, places, now)));
    },
  );

  test("POLICY-12 that run into each other all round the clock promise no end", () => {
    const around = ["Europe/Berlin", "Asia/Shanghai", "America/Los_Angeles"];
    expect(quietAmong(night, around, at("2026-11-24T02:00:00Z"))).toEqual({ quiet: true, until: undefined });
  });

  test("POLICY-12 that end in an hour which clocks jump over end with the jump", () => {
    // 29 March 2026 in Berlin: 02:00 → 03:00 at 01:00 UTC.
    expect(told(quietAmong({ ...night, to: "02:30" }, ["Europe/Berlin"], at("2026-03-28T23:00:00Z")))).toEqual({
      quiet: true,
      until: "2026-03-29T01:00:00.000Z",
    });
  });
});

test("POLICY-12 thousands of questions about people of many zones ask what clocks show a few times for each zone, and then no more", () => {
  const set = loadPolicies();
  const asked = vi.spyOn(Intl.DateTimeFormat.prototype, "formatToParts");
  // Of Canada's law nothing is modelled, so every law with quiet hours may be theirs, in the zones of Canada and Russia.
  const anywhere = person(["CA", "RU"]);
  const many = (from: string) => {
    for (let second = 0; second < 2_000; second += 1)
      decide(
        set,
        ask("marketing-phone", { caller: { client: "marketing", roles: null }, at: new Date(at(from) + second * 1_000), contactNow: true }),
        anywhere,
      );
  };
  many("2031-01-15T10:00:00Z");
  const zonesThere = ["CA", "RU"].flatMap((country) => set.residency.countries.get(country)?.timeZones ?? []).length;
  expect(zonesThere).toBeGreaterThan(10);
  expect(asked.mock.calls.length).toBeGreaterThan(zonesThere);
  expect(asked.mock.calls.length).toBeLessThanOrEqual(6 * zonesThere);
  asked.mockClear();
  many("2031-01-15T10:00:00Z");
  expect(asked).not.toHaveBeenCalled();
  asked.mockRestore();
});
