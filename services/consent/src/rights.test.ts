import { loadPolicies } from "@behest/policies/load";
import { describe, expect, test } from "vitest";
import { rights, rightsIn } from "./rights.ts";

const policies = loadPolicies();

describe("CONSENT-5 a receipt names the rights of the laws that may apply", () => {
  test.each([...policies.jurisdictions.keys()])("every jurisdiction of the policies has its rights: %s", (code) => {
    expect(rightsIn(policies, [code]).length).toBeGreaterThan(0);
  });

  test("what a jurisdiction inherits holds there too", () => {
    expect(rightsIn(policies, ["FR"])).toEqual(rightsIn(policies, ["EU"]));
    expect(rightsIn(policies, ["US-CA"]).map(({ right }) => right)).toEqual(expect.arrayContaining(["withdrawal", "erasure"]));
  });

  test("under several laws the rights are those of all of them, each law cited once", () => {
    const both = rightsIn(policies, ["JP", "DE", "FR"]);
    expect(both.find(({ right }) => right === "access")?.citations).toEqual(["APPI Art. 33", "GDPR Art. 15"]);
    expect(both.map(({ right }) => right)).toEqual(rights.filter((right) => both.some((one) => one.right === right)));
    expect(both.find(({ right }) => right === "portability")?.citations).toEqual(["GDPR Art. 20"]);
  });

  test("a jurisdiction that nobody listed is an error, not a receipt without rights", () => {
    expect(() => rightsIn(policies, ["XX"])).toThrow(/XX/);
  });
});
