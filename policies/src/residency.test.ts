import { describe, expect, test } from "vitest";
import { cellOfCountries, jurisdictionsOf, normaliseCountry, timeZonesOf } from "./residency.ts";
import { smallSet } from "./testing/small-policies.ts";

const set = smallSet();
const everywhere = [...set.jurisdictions.keys()];

test.each([
  ["DE", ["DE"], true],
  [" de ", ["DE"], true],
  ["GERMANY", ["DE"], true],
  ["the  isles", ["GB", "FR"], true],
  ["Ｇｅｒｍａｎｙ", ["DE"], true],
  ["Nowhere", [], true],
  ["Atlantis", [], false],
  ["", [], false],
  ["constructor", [], false],
])("POLICY-10 %j as a file writes it means %j", (asGiven, countries, recognised) => {
  expect(normaliseCountry(set, asGiven)).toEqual({ countries, recognised });
});

test.each([
  [["DE", "FR"], "eu"],
  [["US"], "us"],
  [["US", "DE"], "eu"],
  [["US", "CN"], "eu"],
  [["XX"], "eu"],
  [[], "eu"],
])("POLICY-10 residents of %j belong in cell %s", (countries, cell) => {
  expect(cellOfCountries(set, countries)).toBe(cell);
});

describe("whose law", () => {
  test.each([
    ["one country", ["DE"], null, ["DE"]],
    ["two countries", ["DE", "CN"], null, ["DE", "CN"]],
    ["a part with its own law", ["US"], "US-CA", ["US-CA"]],
    ["a part without", ["US"], "US-TX", ["US"]],
    ["a part that nobody listed, so that its law is not known", ["US"], "US-ZZ", ["US", "US-CA"]],
    ["a part of a country of which no part has its own law", ["DE"], "DE-BY", ["DE"]],
    ["an unknown part of a country of which parts have their own law", ["US"], null, ["US", "US-CA"]],
    ["a part of another country", ["DE"], "US-CA", ["DE"]],
    ["nothing known", [], null, everywhere],
    ["one country that is not modelled", ["DE", "LB"], null, everywhere],
  ])("POLICY-10 %s", (_title, countries, subdivision, jurisdictions) => {
    expect(jurisdictionsOf(set, { countries, subdivision })).toEqual(jurisdictions);
  });
});

describe("time zones", () => {
  test.each([
    ["the person's own", { countries: ["US"], subdivision: null, timeZone: "Asia/Tokyo" }, ["Asia/Tokyo"]],
    ["all of the country", { countries: ["US"], subdivision: null, timeZone: null }, ["America/New_York", "Pacific/Honolulu"]],
    ["those of the part", { countries: ["US"], subdivision: "US-CA", timeZone: null }, ["America/Los_Angeles"]],
    ["of both countries", { countries: ["DE", "CN"], subdivision: null, timeZone: null }, ["Europe/Berlin", "Asia/Shanghai"]],
    ["none where one country is not listed", { countries: ["DE", "XX"], subdivision: null, timeZone: null }, []],
    ["none where nothing is known", { countries: [], subdivision: null, timeZone: null }, []],
  ])("POLICY-12 %s", (_title, state, zones) => {
    expect(timeZonesOf(set, state)).toEqual(zones);
  });
});
