/**
 * What clocks show in a time zone, without a date library: what quiet hours need. Asking the runtime costs some 20 µs and is done once for each
 * zone and day, and a few times more on a day on which clocks change.
 */

/** From here until `until` (ms, not included) clocks in the zone are `minutes` ahead of UTC. */
export type OffsetSpan = { until: number; minutes: number };

const minuteMs = 60_000;
/** Clocks change on a quarter of an hour (UTC) only. */
const quarterMs = 900_000;
const dayMs = 86_400_000;
/** The last moment that a Date can hold. */
const latestMs = 8_640_000_000_000_000;
/** More than the world has, however they are spelt. Names come from state, so the memory for wrong ones is bounded. */
const zonesMax = 1_000;
/** Today and the two days after it are asked about; the rest is for those who ask about another day in between. */
const daysMax = 16;

const formats = new Map<string, Intl.DateTimeFormat | null>();
/** Zone → day since 1970 (UTC) → its one or two spans. */
const spans = new Map<string, Map<number, readonly OffsetSpan[]>>();

export const isTimeZone = (zone: string): boolean => formatOf(zone) !== null;

/** The offsets of one UTC day (days since 1970), in order; the last ends with the day. `zone` must be a time zone. */
export function offsetsOn(zone: string, day: number): readonly OffsetSpan[] {
  const known = spans.get(zone)?.get(day);
  if (known !== undefined) return known;
  const found = findOffsets(zone, day);
  remember(zone, day, found);
  return found;
}

function findOffsets(zone: string, day: number): readonly OffsetSpan[] {
  const [start, end] = [day * dayMs, (day + 1) * dayMs];
  const [first, last] = [askOffset(zone, start), askOffset(zone, end)];
  if (first === last) return [{ until: end, minutes: first }];
  // Once a day at most: halve the day until one quarter is left in which it happens.
  let [before, after] = [start, end];
  while (after - before > quarterMs) {
    const middle = before + Math.floor((after - before) / 2 / quarterMs) * quarterMs;
    if (askOffset(zone, middle) === first) before = middle;
    else after = middle;
  }
  return after === end
    ? [{ until: end, minutes: first }]
    : [
        { until: after, minutes: first },
        { until: end, minutes: last },
      ];
}

function askOffset(zone: string, wanted: number): number {
  const at = Math.min(wanted, latestMs);
  const parts = new Map((formatOf(zone) ?? utc).formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Math.round((Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute")) - at) / minuteMs);
}

/** The oldest day makes room, so that the days in use stay. */
function remember(zone: string, day: number, found: readonly OffsetSpan[]): void {
  const ofZone = spans.get(zone) ?? new Map<number, readonly OffsetSpan[]>();
  const [oldest] = ofZone.keys();
  if (ofZone.size >= daysMax && oldest !== undefined) ofZone.delete(oldest);
  ofZone.set(day, found);
  if (spans.has(zone) || spans.size < zonesMax) spans.set(zone, ofZone);
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = makeFormat(zone);
  if (formats.size < zonesMax) formats.set(zone, made);
  return made;
}

function makeFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...toTheMinute, timeZone: zone });
  } catch {
    return null;
  }
}

const toTheMinute = { hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
const utc = new Intl.DateTimeFormat("en-GB", { ...toTheMinute, timeZone: "UTC" });
