/** Quiet hours as stretches of time: whether it is quiet anywhere among some zones, and when that changes. Arithmetic only, no clock is stepped. */
import type { ChannelRule } from "./schema.ts";
import { offsetsOn } from "./time-zone.ts";

type Hours = NonNullable<ChannelRule["quietHours"]>;
/** In ms, `end` not included. */
type Stretch = { start: number; end: number };
/** `until`: when the answer changes; undefined where it is quiet somewhere for as far as is looked ahead. */
export type Quiet = { quiet: boolean; until: number | undefined };

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Quiet hours come round every day, so who has no free moment by then has none until clocks change somewhere. */
const daysAhead = 2;

/** Clocks that go forward over the end of quiet hours end them, and an hour shown twice is quiet or free twice. At least one zone. */
export function quietAmong(hours: Hours, zones: readonly string[], at: number): Quiet {
  const horizon = at + daysAhead * dayMs;
  const stretches = zones.flatMap((zone) => stretchesOf(hours, zone, at, horizon)).toSorted((a, b) => a.start - b.start);
  let free = at;
  for (const { start, end } of stretches) {
    if (start > free) return free === at ? { quiet: false, until: start } : { quiet: true, until: free };
    free = Math.max(free, end);
  }
  if (free >= horizon) return { quiet: true, until: undefined };
  return free === at ? { quiet: false, until: undefined } : { quiet: true, until: free };
}

/** When it is quiet in the zone, between two times. */
function stretchesOf(hours: Hours, zone: string, from: number, to: number): Stretch[] {
  const found: Stretch[] = [];
  let start = from;
  for (let day = Math.floor(from / dayMs); day * dayMs < to; day += 1) {
    for (const { until, minutes } of offsetsOn(zone, day)) {
      const end = Math.min(until, to);
      if (end <= start) continue;
      addQuiet(found, hours, minutes, { start, end });
      start = end;
    }
  }
  return found;
}

/** The quiet parts of a stretch in which clocks are `offset` minutes ahead of UTC. */
function addQuiet(found: Stretch[], hours: Hours, offset: number, { start, end }: Stretch): void {
  const [first, last] = [minuteOf(hours.from), minuteOf(hours.to)];
  const length = (first <= last ? last - first : last - first + 1440) * minuteMs;
  const shift = offset * minuteMs;
  // Quiet hours that began the local day before may reach into it.
  for (let day = Math.floor((start + shift) / dayMs) - 1; ; day += 1) {
    const quiet = day * dayMs + first * minuteMs - shift;
    if (quiet >= end) return;
    if (quiet + length > start && length > 0) found.push({ start: Math.max(quiet, start), end: Math.min(quiet + length, end) });
  }
}

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
