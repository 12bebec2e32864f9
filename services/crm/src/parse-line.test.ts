import { expect, test } from "vitest";
import { contentHash, lineParser, type Line } from "./parse-line.ts";
import { shopMapping } from "./testing/shop-file.ts";

const { mapping } = shopMapping;
const positions = { invoice: 0, stockCode: 1, description: 2, quantity: 3, invoicedAt: 4, unitPrice: 5, customer: 6, country: 7 };
const parse = lineParser(mapping, positions);
const good = ["536365", "85123A", "HOLDER ", "6", "2010-12-01 08:26:00", "2.55", "17850", "United Kingdom"];
const withField = (at: number, value: string): string[] => good.map((field, index) => (index === at ? value : field));

function lineOf(fields: readonly string[]): Line {
  const line = parse(fields);
  if ("reason" in line) throw new Error(line.reason);
  return line;
}

test("CRM-4 a line without a customer belongs to nobody", () => {
  expect(lineOf(good).customer).toBe("17850");
  expect(lineOf(withField(6, " ")).customer).toBeNull();
});

test("CRM-6 zero and negative prices and quantities are real; what is no number, date or invoice is refused with its reason", () => {
  expect(lineOf(withField(3, "-12")).quantity).toBe("-12");
  expect(lineOf(withField(5, "0")).unitPrice).toBe("0");
  expect(lineOf(withField(5, "-11062.06")).unitPrice).toBe("-11062.06");
  expect(parse(withField(0, ""))).toEqual({ reason: "the invoice number is missing" });
  expect(parse(withField(1, " "))).toEqual({ reason: "the stock code is missing" });
  expect(parse(withField(3, "six"))).toEqual({ reason: "the quantity is not a number" });
  expect(parse(withField(5, "2,55"))).toEqual({ reason: "the unit price is not a number" });
  expect(parse(withField(5, ""))).toEqual({ reason: "the unit price is not a number" });
  expect(parse(withField(4, "01.12.2010"))).toEqual({ reason: "the date is not yyyy-MM-dd HH:mm:ss" });
  expect(parse(withField(2, "a\u0000b"))).toEqual({ reason: "it holds a NUL character" });
});

test("CRM-6 a key longer than any index takes, and text without end, is refused by its field, before anything is stored", () => {
  const bounds = [
    [0, "the invoice number", 200],
    [1, "the stock code", 200],
    [2, "the description", 1_000],
    [6, "the customer", 200],
    [7, "the country", 100],
  ] as const;
  for (const [at, name, charactersMax] of bounds) {
    expect(lineOf(withField(at, "x".repeat(charactersMax)))).toBeTruthy();
    expect(parse(withField(at, "x".repeat(charactersMax + 1)))).toEqual({ reason: `${name} is longer than ${charactersMax} characters` });
  }
});

test("CRM-1 a line's content is what it says, not how it is written, and customer and country are not part of it", () => {
  const hash = (fields: readonly string[]) => contentHash(mapping, lineOf(fields));
  expect(hash(good)).toMatch(/^[0-9a-f]{32}$/);
  expect(hash(withField(5, "2.550"))).toBe(hash(good));
  expect(hash(withField(3, "+06"))).toBe(hash(good));
  expect(hash(withField(7, "Germany"))).toBe(hash(good));
  for (const [at, value] of [
    [0, "536366"],
    [1, "85123B"],
    [2, "HOLDER"],
    [3, "7"],
    [4, "2010-12-01 08:27:00"],
    [5, "2.56"],
  ] as const)
    expect(hash(withField(at, value)), `field ${at}`).not.toBe(hash(good));
});

test("the mapping's prefix makes an invoice a cancellation", () => {
  expect(lineOf(withField(0, "C536379")).kind).toBe("cancellation");
  expect(lineOf(good).kind).toBe("order");
});
