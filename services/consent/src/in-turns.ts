/** Long work in short turns: a batch of thousands does not keep everybody else of the process waiting until it is done. */
import { setImmediate as nextTurn } from "node:timers/promises";

/** A decision takes a few hundredths to two tenths of a millisecond. */
const itemsPerTurn = 200;

export async function inTurns<T, R>(items: readonly T[], work: (item: T, index: number) => R): Promise<R[]> {
  const done: R[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % itemsPerTurn === 0) await nextTurn();
    done.push(work(item, index));
  }
  return done;
}

/** Each item once, in the order of its first appearance, and for every item of the list the place of its like among them. */
export function distinctOf<T extends object>(items: readonly T[]): { distinct: T[]; places: number[] } {
  const placeOf = new Map<string, number>();
  const distinct: T[] = [];
  const places = items.map((item) => {
    const key = JSON.stringify(item);
    const known = placeOf.get(key);
    if (known !== undefined) return known;
    placeOf.set(key, distinct.length);
    return distinct.push(item) - 1;
  });
  return { distinct, places };
}
