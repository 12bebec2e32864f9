import { Choice, consentStatuses } from "@behest/contracts/consent";
import { loadPolicies } from "@behest/policies/load";
import { describe, expect, test } from "vitest";
import { choiceFixtures } from "../testing/choice-fixtures.ts";
import { groupOf, signOf, whyOf } from "./choice-state.ts";

type Said = Pick<Choice, "control" | "status" | "objected" | "allowedNow">;
const [sample] = choiceFixtures([...loadPolicies().purposes.values()], new Map(), "en");
const choiceOf = (said: Partial<Said>): Choice =>
  Choice.parse({ ...sample, control: "consent", status: "not_asked", objected: false, allowedNow: false, ...said });

const everything: Said[] = Choice.shape.control.options.flatMap((control) =>
  consentStatuses.flatMap((status) =>
    [true, false].flatMap((objected) => [true, false].map((allowedNow) => ({ control, status, objected, allowedNow }))),
  ),
);
/** No decision allows against an objection, except where contract or law leave none. */
const possible = everything.filter(({ control, objected, allowedNow }) => control === "none" || !(objected && allowedNow));

describe("PORTAL-11: a card says that data is used exactly where it is", () => {
  test("whatever was answered: the sign says used if and only if the use is allowed now", () => {
    const untrue = possible.filter((said) => ["yes", "told"].includes(signOf(choiceOf(said)).tone) !== said.allowedNow);
    expect(untrue).toEqual([]);
  });

  test.each(consentStatuses.filter((status) => status !== "granted"))(
    "allowed as for our own customers, with the answer %s: in use, may object, never counted as a yes",
    (status) => {
      const choice = choiceOf({ status, allowedNow: true });
      expect(signOf(choice).label).toBe("status.customer");
      expect(groupOf(choice)).toBe("objection");
    },
  );

  test("a yes that does not hold is kept as a yes, is not called used, and says why", () => {
    const choice = choiceOf({ status: "granted" });
    expect(signOf(choice).label).toBe("status.unused");
    expect(groupOf(choice)).toBe("yes");
    expect(whyOf(choice)).toBe("status.unused.why");
  });

  test.each(consentStatuses)("an objection is the last word: after the answer %s it is a no", (status) => {
    const choice = choiceOf({ status, objected: true });
    expect([signOf(choice).label, groupOf(choice)]).toEqual(["status.objected", "no"]);
  });

  test("a no said under a law that asked for consent is still a no where the law knows only objection", () => {
    expect(groupOf(choiceOf({ control: "objection", status: "withdrawn" }))).toBe("no");
  });
});
