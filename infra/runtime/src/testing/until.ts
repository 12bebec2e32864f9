/** Waits for a condition instead of for a while. */
import { setTimeout as wait } from "node:timers/promises";

/** Asks until the answer is neither undefined nor false; throws after `secondsMax`. */
export async function until<T>(ask: () => Promise<T | undefined | false> | T | undefined | false, secondsMax = 15): Promise<T> {
  const end = performance.now() + secondsMax * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`nothing after ${secondsMax} s`);
    await wait(10);
  }
}
