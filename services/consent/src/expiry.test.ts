import { expect, test } from "vitest";
import { expiryOf } from "./expiry.ts";

const at = (text: string): Date => new Date(text);

test("a grant ends on the same day of the month, at the same time", () => {
  expect(expiryOf(at("2026-11-22T10:30:00.000Z"), [24])).toEqual(at("2028-11-22T10:30:00.000Z"));
});
test("in a month without that day it ends on the month's last, leap years included", () => {
  expect(expiryOf(at("2026-08-31T00:00:00.000Z"), [6])).toEqual(at("2027-02-28T00:00:00.000Z"));
  expect(expiryOf(at("2027-08-31T00:00:00.000Z"), [6])).toEqual(at("2028-02-29T00:00:00.000Z"));
});
test("the shortest limit binds, and without any a grant lasts until it is withdrawn", () => {
  expect(expiryOf(at("2026-01-15T00:00:00.000Z"), [null, 24, 13, undefined])).toEqual(at("2027-02-15T00:00:00.000Z"));
  expect(expiryOf(at("2026-01-15T00:00:00.000Z"), [null, undefined])).toBeUndefined();
});
