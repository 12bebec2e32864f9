import { loadPolicies } from "@behest/policies/load";
import { cellOfCountries, normaliseCountry } from "@behest/policies/residency";
import { expect, test } from "vitest";
import { cellsOf, place, type Known, type Residency } from "./place.ts";
import type { Invoice, Survey } from "./survey-file.ts";

const policies = loadPolicies();
const residency: Residency = {
  countryOf: (asGiven) => normaliseCountry(policies, asGiven),
  cellOf: (countries) => cellOfCountries(policies, countries),
};
const nothing: Known = { customers: new Map(), orders: new Map() };

type Sold = { customer: string | null; country: string; disputed?: boolean };
/** One invoice for each entry, numbered from 1. */
function surveyOf(...sold: readonly Sold[]): Survey {
  const invoices = new Map<string, Invoice>();
  const customers = new Map<string, Set<string>>();
  for (const [index, { customer, country, disputed = false }] of sold.entries()) {
    invoices.set(String(index + 1), { ordinal: index, kind: "order", customer, disputed, countryAsGiven: country, orderedAt: 0, lines: 1 });
    if (customer !== null) customers.set(customer, (customers.get(customer) ?? new Set<string>()).add(country));
  }
  return { digest: "", linesRead: sold.length, customers, invoices };
}

test("CRM-5 each customer is placed where policies/residency says, and unknown means the strictest cell", () => {
  const given: [string, string, string | null][] = [
    ["Germany", "eu", "DE"],
    ["EIRE", "eu", "IE"],
    ["United Kingdom", "uk", "GB"],
    ["USA", "us", "US"],
    ["Canada", "us", "CA"],
    ["Japan", "jp", "JP"],
    ["RSA", "eu", "ZA"],
    ["Channel Islands", "uk", null],
    ["European Community", "eu", null],
    ["Unspecified", "eu", null],
    ["Atlantis", "eu", null],
  ];
  const { customers, unrecognised } = place(
    surveyOf(...given.map(([country], index) => ({ customer: String(index), country }))),
    nothing,
    residency,
  );
  for (const [index, [countryAsGiven, cell, country]] of given.entries())
    expect(customers.get(String(index)), countryAsGiven).toEqual({ cell, country, countryAsGiven });
  expect(unrecognised, "Atlantis").toBe(1);
});

test("CRM-5 a customer with two countries has none in the CRM, is listed, and is of the strictest cell when they are of different cells", () => {
  const placed = place(
    surveyOf(
      { customer: "1", country: "Japan" },
      { customer: "1", country: "USA" },
      { customer: "2", country: "Austria" },
      { customer: "2", country: "Cyprus" },
      { customer: "3", country: "DE" },
      { customer: "3", country: "Germany" },
    ),
    nothing,
    residency,
  );
  expect(placed.severalCountries).toEqual(["1", "2"]);
  expect(placed.customers.get("1")).toEqual({ cell: "eu", country: null, countryAsGiven: null });
  expect(placed.customers.get("2")).toEqual({ cell: "eu", country: null, countryAsGiven: null });
  expect(placed.customers.get("3"), "two words for one country are no conflict").toEqual({
    cell: "eu",
    country: "DE",
    countryAsGiven: null,
  });
  expect(placed.invoices.get("2"), "each order keeps its own evidence").toMatchObject({ cell: "eu", country: "US", countryAsGiven: "USA" });
});

test("CRM-4 an ownerless order goes to the cell of its own country and stays nobody's", () => {
  const placed = place(surveyOf({ customer: null, country: "Japan" }, { customer: null, country: "Unspecified" }), nothing, residency);
  expect(placed.customers.size).toBe(0);
  expect(placed.invoices.get("1")).toMatchObject({ cell: "jp", customer: null });
  expect(placed.invoices.get("2")).toMatchObject({ cell: "eu", customer: null });
});

test("CRM-5 who is stored already stays where they are, and their new orders go there", () => {
  const placed = place(surveyOf({ customer: "1", country: "France" }), { ...nothing, customers: new Map([["1", "uk"]]) }, residency);
  expect(placed.customers.get("1")?.cell).toBe("uk");
  expect(placed.invoices.get("1")?.cell).toBe("uk");
});

test("CRM-4 an invoice of several customers, or one that is stored for another, is refused and attached to no one", () => {
  const survey = surveyOf(
    { customer: "1", country: "France", disputed: true },
    { customer: "2", country: "France" },
    { customer: null, country: "France" },
    { customer: "4", country: "Japan" },
  );
  const placed = place(
    survey,
    {
      ...nothing,
      orders: new Map([
        ["2", { cell: "eu", customer: null }],
        ["3", { cell: "eu", customer: "9" }],
      ]),
    },
    residency,
  );
  expect([...placed.refused.keys()]).toEqual(["1", "2", "3"]);
  expect([...placed.customers.keys()], "who has nothing but refused invoices is not stored").toEqual(["4"]);
  expect(cellsOf(placed)).toEqual(["eu", "jp"]);
});
