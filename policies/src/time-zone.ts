/** Local time of day without a date library: what quiet hours need. */

const formats = new Map<string, Intl.DateTimeFormat | null>();
/** Zone → quarter of an hour since 1970 → offset in minutes. Offsets change only on a quarter, and many questions ask about the same ones. */
const offsets = new Map<string, Map<number, number>>();
const quarterMs = 900_000;
const minuteMs = 60_000;
const zonesMax = 1_000;
const quartersMax = 50;

export const isTimeZone = (zone: string): boolean => formatOf(zone) !== null;

/** Minutes since local midnight, 0 to 1439. `zone` must be a time zone, `at` a valid time in milliseconds. */
export function minuteOfDay(zone: string, at: number): number {
  return modulo(Math.floor(at / minuteMs) + offsetMinutes(zone, at), 1440);
}

/** The next instant at which clocks in the zone show `minute` of the day, after `at`; across a change of clocks too. */
export function nextAt(zone: string, minute: number, at: number): number {
  const wait = modulo(minute - minuteOfDay(zone, at), 1440) || 1440;
  const plain = Math.floor(at / minuteMs) * minuteMs + wait * minuteMs;
  const shifted = plain + (offsetMinutes(zone, at) - offsetMinutes(zone, plain)) * minuteMs;
  // An hour that clocks jump over never shows that minute: then the moment after the jump.
  return shifted > at && minuteOfDay(zone, shifted) === minute ? shifted : Math.max(plain, shifted);
}

function offsetMinutes(zone: string, at: number): number {
  const quarter = Math.floor(at / quarterMs);
  const known = offsets.get(zone)?.get(quarter);
  if (known !== undefined) return known;
  const start = quarter * quarterMs;
  const parts = new Map((formatOf(zone) ?? utc).formatToParts(start).map((part) => [part.type, Number(part.value)]));
  const local = Date.UTC(
    parts.get("year") ?? 0,
    (parts.get("month") ?? 1) - 1,
    parts.get("day") ?? 1,
    parts.get("hour") ?? 0,
    parts.get("minute") ?? 0,
  );
  const minutes = Math.round((local - start) / minuteMs);
  remember(zone, quarter, minutes);
  return minutes;
}

function remember(zone: string, quarter: number, minutes: number): void {
  const ofZone = offsets.get(zone) ?? new Map<number, number>();
  if (ofZone.size >= quartersMax) ofZone.clear();
  ofZone.set(quarter, minutes);
  if (offsets.has(zone) || offsets.size < zonesMax) offsets.set(zone, ofZone);
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = makeFormat(zone);
  // Names come from state, so the memory for wrong ones is bounded.
  if (formats.size < zonesMax) formats.set(zone, made);
  return made;
}

function makeFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch {
    return null;
  }
}
const utc = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
});

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
