import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import { fieldsFor } from "./fields.ts";
import { ask, person, smallSet } from "./testing/small-policies.ts";

const set = smallSet();
const crm = set.dataMaps.get("crm");
if (crm === undefined) throw new Error("the small set has a CRM");
const fields = (purpose: string, asked?: string[], state = person(["DE"])) => {
  const question = ask(purpose);
  return fieldsFor(set, crm, question, decide(set, question, state), asked);
};

describe("the door", () => {
  test("POLICY-16 shows what the purpose needs and says of every other column why not", () => {
    const found = fields("support");
    expect(found.filter(({ readable }) => readable).map(({ field }) => field)).toEqual([
      "contact.id",
      "contact.external_key",
      "contact.country",
      "contact.email",
      "invoice.id",
      "invoice.contact_id",
    ]);
    expect(found.filter(({ readable }) => !readable)).toEqual([
      {
        field: "invoice.amount",
        table: "invoice",
        column: "amount",
        readable: false,
        category: "finance",
        reasons: [{ code: "category_not_needed", category: "finance", purpose: "support" }],
      },
    ]);
  });

  test.each([
    "contact.shoe_size",
    "nothing.id",
    "contact",
    "",
    "contact.constructor",
    "constructor.name",
    "contact.id.x",
    "invoice.toString",
  ])("POLICY-16 a column that nobody mapped is closed: %j", (field) => {
    expect(fields("support", [field])).toMatchObject([{ field, readable: false, category: null, reasons: [{ code: "field_unmapped" }] }]);
  });

  test("POLICY-16 what the decision refuses is closed in every column, for its reasons", () => {
    expect(fields("news", ["contact.email", "invoice.amount"])).toMatchObject([
      { readable: false, category: "contact", reasons: [{ code: "consent_not_recorded", purpose: "news" }] },
      { readable: false, category: "finance", reasons: [{ code: "category_not_needed" }, { code: "consent_not_recorded" }] },
    ]);
  });

  test("POLICY-16 an unknown purpose opens nothing", () => {
    expect(fields("mining").every(({ readable }) => !readable)).toBe(true);
  });
});
