/** Times as milliseconds since 1970. What can't be read is NaN, and every comparison with it is written so that it refuses. */

const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export const timeOf = (instant: string): number => Date.parse(instant);

/** ISO instant in UTC, kept within the four-digit years that the contract can say. */
export const instantOf = (ms: number): string => new Date(Math.min(Math.max(ms, 0), latestMs)).toISOString();

/** The same day of a later month in UTC; the month's last day where it is shorter. */
export function addMonths(ms: number, months: number): number {
  const start = new Date(ms);
  const moved = new Date(ms);
  moved.setUTCMonth(start.getUTCMonth() + months);
  if (moved.getUTCDate() !== start.getUTCDate()) moved.setUTCDate(0);
  return moved.getTime();
}
