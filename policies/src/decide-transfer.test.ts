import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import { granted } from "./testing/consent.ts";
import { ask, person, smallPolicies, smallSet } from "./testing/small-policies.ts";

const set = smallSet();
const consents = granted(set, "transfer-abroad");

describe("use in another country", () => {
  test("POLICY-11 without a country named, and within the zone, nothing is transferred", () => {
    for (const usedIn of [undefined, "DE", "FR"])
      expect(decide(set, ask("support", { usedIn }), person(["DE"]))).toMatchObject({ allowed: true, obligations: [] });
  });

  test("POLICY-11 where nothing more is needed, the ledger line says what carried it", () => {
    expect(decide(set, ask("support", { usedIn: "JP" }), person(["DE"])).obligations).toEqual([
      { kind: "transfer-ledger", mechanism: "adequacy", citation: "GDPR Art. 45" },
    ]);
  });

  test("POLICY-11 a class that needs no ledger leaves none", () => {
    expect(decide(set, ask("support", { usedIn: "DE", cell: "us" }), person(["US"])).obligations).toEqual([]);
  });

  test("POLICY-11 what the law forbids is refused with its citation, instrument or not", () => {
    expect(decide(set, ask("support", { usedIn: "CN", cell: "us" }), person(["US"], { consents })).reasons).toEqual([
      { code: "transfer_prohibited", country: "CN", citation: "28 CFR 202" },
    ]);
  });
});

describe("a caller who works in another country", () => {
  const abroad = { client: "shop-abroad", roles: null };

  test("POLICY-11 uses it there, also where the question leaves that out", () => {
    const refused = [{ code: "transfer_mechanism_missing", country: "CN", citation: "SCC 2021/914" }];
    expect(decide(set, ask("support", { caller: abroad }), person(["DE"])).reasons).toEqual(refused);
    expect(decide(set, ask("support", { caller: abroad, usedIn: "CN" }), person(["DE"])).reasons).toEqual(refused);
    expect(decide(set, ask("support", { caller: abroad, cell: "cn" }), person(["CN"])).allowed).toBe(true);
  });

  test("POLICY-11 and elsewhere where the question says so", () => {
    expect(decide(set, ask("support", { caller: abroad, usedIn: "FR" }), person(["DE"])).allowed).toBe(true);
  });
});

describe("instruments", () => {
  const missing = [{ code: "transfer_mechanism_missing", country: "CN", citation: "SCC 2021/914" }];

  test("POLICY-11 one in force for this client, purpose and pair allows, is named, and ends the answer", () => {
    const verdict = decide(set, ask("support", { usedIn: "CN" }), person(["DE"]));
    expect(verdict).toMatchObject({
      allowed: true,
      obligations: [{ kind: "transfer-ledger", mechanism: "scc-eu-cn", citation: "SCC 2021/914" }],
      validUntil: "2027-07-01T00:00:00.000Z",
    });
  });

  test.each([
    ["another purpose", ask("billing", { usedIn: "CN" })],
    ["a day after its last", ask("support", { usedIn: "CN", at: new Date("2027-07-01T00:00:00Z") })],
    ["another client", ask("billing", { usedIn: "CN", caller: { client: "trusted", roles: null } })],
  ])("POLICY-11 for %s it does not count", (_title, question) => {
    expect(decide(set, question, person(["DE"])).reasons).toEqual(missing);
  });

  test("POLICY-11 on its last day it still counts", () => {
    expect(decide(set, ask("support", { usedIn: "CN", at: new Date("2027-06-30T23:59:59Z") }), person(["DE"])).allowed).toBe(true);
  });

  test("POLICY-11 for the way back it does not count", () => {
    const turned = smallPolicies();
    for (const instrument of turned["residency/instruments.yaml"].instruments)
      [instrument.from, instrument.to] = [instrument.to, instrument.from];
    expect(decide(smallSet(turned), ask("support", { usedIn: "CN" }), person(["DE"])).allowed).toBe(true);
    const [first] = turned["residency/instruments.yaml"].instruments;
    expect(
      decide(
        smallSet({ ...turned, "residency/instruments.yaml": { instruments: [first] } }),
        ask("support", { usedIn: "CN" }),
        person(["DE"]),
      ).reasons,
    ).toEqual(missing);
  });
});

describe("consent to a transfer", () => {
  test("POLICY-11 stands in for an instrument where the law says so", () => {
    const fromJapan = (rest: object) => decide(set, ask("support", { usedIn: "US", cell: "jp" }), person(["JP"], rest));
    expect(fromJapan({}).reasons).toEqual([{ code: "transfer_mechanism_missing", country: "US", citation: "APPI Art. 28" }]);
    expect(fromJapan({ consents })).toMatchObject({
      allowed: true,
      obligations: [{ kind: "transfer-ledger", mechanism: "transfer-abroad", citation: "APPI Art. 28" }],
    });
    expect(fromJapan({ consents, objections: { "transfer-abroad": { at: "2026-11-02T00:00:00Z" } } }).allowed).toBe(false);
  });

  test("POLICY-11 where the law wants both, each is asked for, and separately given (PIPL Art. 39)", () => {
    const fromChina = (purpose: string, rest: object) => decide(set, ask(purpose, { usedIn: "DE", cell: "cn" }), person(["CN"], rest));
    expect(fromChina("support", {}).reasons).toEqual([{ code: "consent_not_recorded", purpose: "transfer-abroad" }]);
    expect(fromChina("support", { consents: granted(set, "transfer-abroad", { separate: false }) }).reasons).toEqual([
      { code: "consent_not_separate", purpose: "transfer-abroad" },
    ]);
    expect(fromChina("billing", {}).reasons.map(({ code }) => code)).toEqual(["transfer_mechanism_missing", "consent_not_recorded"]);
    expect(fromChina("support", { consents })).toMatchObject({ allowed: true, obligations: [{ mechanism: "cac-cn-eu+transfer-abroad" }] });
  });
});

describe("every zone that the data leave must let them go", () => {
  test("POLICY-11 the zone of residence and the zone of the cell", () => {
    expect(decide(set, ask("support", { usedIn: "DE", cell: "eu" }), person(["CN"], { consents })).obligations).toEqual([
      { kind: "transfer-ledger", mechanism: "cac-cn-eu+transfer-abroad", citation: "PIPL Arts 38-39" },
    ]);
    expect(decide(set, ask("support", { usedIn: "US", cell: "cn" }), person(["DE"], { consents })).reasons).toEqual([
      { code: "transfer_mechanism_missing", country: "US", citation: "PIPL Arts 38-39" },
    ]);
  });

  test("POLICY-11 with residence unknown every zone is asked for use abroad, and none at home", () => {
    expect(decide(set, ask("support", { usedIn: "DE" }), person([]))).toMatchObject({ allowed: true, obligations: [] });
    expect(decide(set, ask("support", { usedIn: "JP" }), person([], { consents })).reasons).toEqual([
      { code: "transfer_mechanism_missing", country: "JP", citation: "PIPL Arts 38-39" },
    ]);
  });

  test("POLICY-11 from a country of residence that no zone covers nothing is known to be allowed, but for use at home", () => {
    for (const countries of [["LB"], ["DE", "LB"], ["XX"]]) {
      expect(decide(set, ask("support", { usedIn: "DE" }), person(countries)).allowed).toBe(true);
      expect(decide(set, ask("support", { usedIn: "JP" }), person(countries)).reasons).toContainEqual({
        code: "transfer_pair_unknown",
        country: "JP",
      });
    }
  });

  test("POLICY-11 in the person's own country only the cell's law is left to ask", () => {
    expect(decide(set, ask("support", { usedIn: "JP", cell: "eu" }), person(["JP"])).obligations).toEqual([
      { kind: "transfer-ledger", mechanism: "adequacy", citation: "GDPR Art. 45" },
    ]);
  });
});
