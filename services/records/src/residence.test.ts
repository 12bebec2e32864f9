import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { residenceOf } from "./residence.ts";

const evidence = (asGiven: string, ...countries: string[]) => ({ asGiven, countries });

test("RECORDS-6: two countries on record are a conflict, and both are kept", () => {
  expect(residenceOf([evidence("Austria", "AT"), evidence("Cyprus", "CY")])).toEqual({ countries: ["AT", "CY"], conflict: true });
});
test("RECORDS-6: a name that is no country adds nothing and conflicts with nothing", () => {
  expect(residenceOf([evidence("Unspecified"), evidence("Austria", "AT")])).toEqual({ countries: ["AT"], conflict: false });
  expect(residenceOf([evidence("Unspecified")])).toEqual({ countries: [], conflict: false });
});
test("RECORDS-6: one name that fits two countries is uncertain, not a conflict", () => {
  expect(residenceOf([evidence("Channel Islands", "GG", "JE")])).toEqual({ countries: ["GG", "JE"], conflict: false });
});

const country = fc.constantFrom("DE", "FR", "CN", "US");
const piece = fc.record({ asGiven: fc.string(), countries: fc.uniqueArray(country, { maxLength: 3 }) });
test.prop([fc.array(piece, { maxLength: 6 })])("RECORDS-6: no country of any evidence is lost, in whatever order it came", (pieces) => {
  const { countries, conflict } = residenceOf(pieces);
  expect(countries).toEqual([...new Set(pieces.flatMap((p) => p.countries))].sort());
  expect(residenceOf(pieces.toReversed())).toEqual({ countries, conflict });
});
