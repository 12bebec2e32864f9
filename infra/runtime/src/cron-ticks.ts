/** The minutes at which a cron expression fires. In UTC, so no change to summer time skips or doubles one. */
import cron from "node-cron";

export const cronZone = "Etc/UTC";
const minuteMs = 60_000;
/** How far back a missed tick is looked for. */
export const lookBackDaysMax = 35;

/** The minute in which an instant lies. */
export const minuteOf = (instant: Date): Date => new Date(Math.floor(instant.getTime() / minuteMs) * minuteMs);

/** The latest `countMax` ticks after `after` and not after `until`, in order. `expression`: five fields. Throws for an expression that is none. */
export function ticksBetween(expression: string, after: Date, until: Date, countMax: number): Date[] {
  checkExpression(expression);
  const task = cron.createTask(expression, () => {}, { timezone: cronZone });
  const earliest = Math.max(after.getTime(), until.getTime() - lookBackDaysMax * 24 * 60 * minuteMs);
  const ticks: Date[] = [];
  for (let at = minuteOf(until).getTime(); at > earliest && ticks.length < countMax; at -= minuteMs) {
    const minute = new Date(at);
    if (task.match(minute)) ticks.unshift(minute);
  }
  void task.destroy();
  return ticks;
}

/** Five fields: a tick is a minute. */
export function checkExpression(expression: string): void {
  if (expression.trim().split(/\s+/).length !== 5 || !cron.validate(expression))
    throw new Error(`not a cron expression of five fields: ${expression}`);
}
