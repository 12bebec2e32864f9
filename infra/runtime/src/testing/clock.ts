/** A clock that stands still until a test moves it. */
import type { Clock } from "../clock.ts";

export type FixedClock = Clock & { advance(milliseconds: number): void; set(instant: Date): void };

export function fixedClock(start: Date): FixedClock {
  let current = start.getTime();
  return {
    now: () => new Date(current),
    advance: (milliseconds) => {
      current += milliseconds;
    },
    set: (instant) => {
      current = instant.getTime();
    },
  };
}
