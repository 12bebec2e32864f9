/** Times as shops write them: a local date and time without an offset, in a known time zone. */

const partOf: Readonly<Record<string, string>> = { yyyy: "year", MM: "month", dd: "day", HH: "hour", mm: "minute", ss: "second" };
const hourMs = 3_600_000;
const offsetsKeptMax = 50_000;

/**
 * Makes a reader for one format (yyyy, MM, dd, HH, mm, ss; everything else stands for itself) and one IANA time zone.
 * It answers undefined for what is no such time (31 February). Of an hour that a clock change repeats it takes the first,
 * and a time that a clock change skips is moved on by the change.
 */
export function wallClock(format: string, timeZone: string): (text: string) => Date | undefined {
  const pattern = patternOf(format);
  const offsetAt = offsets(timeZone);
  return (text) => {
    const parts = pattern.exec(text)?.groups;
    if (!parts) return undefined;
    const number = (name: string): number => Number(parts[name] ?? 0);
    const [year, month, day, hour, minute, second] = ["year", "month", "day", "hour", "minute", "second"].map(number);
    const local = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
    const read = new Date(local);
    const same = read.getUTCFullYear() === year && read.getUTCMonth() + 1 === month && read.getUTCDate() === day;
    if (!same || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
    // The offset a day before is the one in force until a change; it gives the first of two, and moves on what was skipped.
    const before = offsetAt(local - 24 * hourMs);
    const after = offsetAt(local + 24 * hourMs);
    return new Date(offsetAt(local - before) === before || offsetAt(local - after) !== after ? local - before : local - after);
  };
}

function patternOf(format: string): RegExp {
  const seen = new Set<string>();
  const source = format.replaceAll(/yyyy|MM|dd|HH|mm|ss|[^A-Za-z0-9\s]|[A-Za-z0-9]|\s/g, (token) => {
    const part = partOf[token];
    if (!part) return /\w|\s/.test(token) ? token : `\\${token}`;
    seen.add(part);
    return `(?<${part}>\\d{${token.length}})`;
  });
  for (const part of ["year", "month", "day"]) if (!seen.has(part)) throw new RangeError(`the date format has no ${part}`);
  return new RegExp(`^${source}$`);
}

/** Offset of a zone from UTC at an instant, in ms. Asked of Intl once an hour of data: it takes 50 times as long as the look-up. */
function offsets(timeZone: string): (instant: number) => number {
  const formatter = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const known = new Map<number, number>();
  return (instant) => {
    const hour = Math.floor(instant / hourMs);
    const seen = known.get(hour);
    if (seen !== undefined) return seen;
    const name = formatter.formatToParts(instant).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
    const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(name);
    const size = (Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0)) * 60_000;
    const offset = match?.[1] === "-" ? -size : size;
    if (known.size >= offsetsKeptMax) known.clear();
    known.set(hour, offset);
    return offset;
  };
}
