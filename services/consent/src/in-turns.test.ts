import { expect, test } from "vitest";
import { distinctOf, inTurns } from "./in-turns.ts";

test("CONSENT-17 a long batch lets others go on: they get a turn at least every 200 items", async () => {
  const turns: number[] = [];
  let done = 0;
  let going = true;
  const others = () => {
    if (!going) return;
    turns.push(done);
    setImmediate(others);
  };
  setImmediate(others);
  const results = await inTurns(Array.from({ length: 1_000 }), (_item, index) => {
    done += 1;
    return index;
  });
  going = false;
  expect(results).toEqual(Array.from({ length: 1_000 }, (_item, index) => index));
  expect(turns.slice(0, 4)).toEqual([200, 400, 600, 800]);
});

test("CONSENT-17 equal items share one place, and every item has its own", () => {
  const [one, other] = [{ subject: "a" }, { subject: "b" }];
  expect(distinctOf([one, other, { subject: "a" }, other])).toEqual({ distinct: [one, other], places: [0, 1, 0, 1] });
  expect(distinctOf([])).toEqual({ distinct: [], places: [] });
});
