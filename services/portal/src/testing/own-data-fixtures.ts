/** What `records` would send about a person, with names from the real policies. */
import type { Access } from "@behest/contracts/records";
import { SubjectId } from "@behest/contracts/ids";
import type { Names } from "../i18n/names.ts";
import type { Stored } from "../pages/stored.ts";

export const subjectFixture = SubjectId.parse("eu_0197c3a5d0e17cc29f3a52c1b0f0a001");
const orderId = "6c1f6f52-5f3e-4a3b-9a55-0d1f2b7c9e01";

export function storedFixture(names: Names): Stored {
  const field = (name: string, value: string | number | boolean) => ({ field: name, label: names.field(name), value });
  const category = (
    code: string,
    sensitive: boolean,
    purposes: readonly string[],
    tables: Stored["categories"][number]["tables"],
  ): Stored["categories"][number] => ({
    code,
    name: names.category(code),
    sensitive,
    source: names.caller("crm"),
    purposes: purposes.map((purpose) => ({ code: purpose, name: names.purpose(purpose) })),
    keptUntil: names.purposeDescription("billing") ?? "",
    tables,
  });
  const orders = Array.from({ length: 8 }, (_, index) => [
    field("sales_order.id", orderId),
    field("sales_order.external_key", `53636${index}`),
    field("sales_order.ordered_at", `2026-0${index + 1}-14T08:26:00.000Z`),
    field("sales_order.currency", "GBP"),
  ]);
  return {
    subject: subjectFixture,
    cell: "eu",
    jurisdictions: ["DE"],
    countries: ["DE"],
    categories: [
      category(
        "reference",
        false,
        [],
        [
          {
            table: "contact",
            label: names.table("contact"),
            total: 1,
            rows: [[field("contact.id", orderId), field("contact.created_at", "2024-05-02T09:00:00.000Z")]],
          },
        ],
      ),
      category(
        "identity",
        false,
        ["order-fulfilment", "billing", "service-support"],
        [
          {
            table: "contact",
            label: names.table("contact"),
            total: 1,
            rows: [[field("contact.given_name", "Anna"), field("contact.family_name", "Schmidt"), field("contact.birth_year", 1988)]],
          },
        ],
      ),
      category(
        "orders",
        false,
        ["order-fulfilment", "personalisation"],
        [{ table: "sales_order", label: names.table("sales_order"), total: 431, rows: orders }],
      ),
      category(
        "conversations",
        true,
        ["sentiment-analysis"],
        [
          {
            table: "ticket",
            label: names.table("ticket"),
            total: 1,
            rows: [[field("ticket.subject", "Lampe flackert / 灯が点滅する"), field("ticket.open", true)]],
          },
        ],
      ),
    ],
  };
}

export function accessFixtures(names: Names): Access[] {
  const one = (
    id: string,
    at: string,
    purpose: string,
    kind: Access["who"]["kind"],
    name: string,
    categories: readonly string[],
    more: Partial<Access> = {},
  ): Access => ({
    id,
    at,
    purpose,
    purposeName: names.purpose(purpose),
    who: { kind, name },
    allowed: true,
    categories: [...categories],
    categoryNames: categories.map(names.category),
    usedIn: null,
    reasons: [],
    ...more,
  });
  return [
    one("0197c3a5-0000-7000-8000-000000000006", "2026-11-22T09:31:00.000Z", "own-access", "subject", "Anna", []),
    one("0197c3a5-0000-7000-8000-000000000005", "2026-11-22T09:30:00.000Z", "own-access", "subject", "Anna", []),
    one(
      "0197c3a5-0000-7000-8000-000000000004",
      "2026-11-20T10:02:00.000Z",
      "service-support",
      "staff",
      `Sofia Agent (${names.caller("support-desk")})`,
      ["identity", "contact", "orders"],
    ),
    one("0197c3a5-0000-7000-8000-000000000003", "2026-11-18T16:45:00.000Z", "marketing-email", "service", names.caller("marketing"), [], {
      allowed: false,
      reasons: [{ code: "consent_not_recorded", purpose: "marketing-email" }],
    }),
    one(
      "0197c3a5-0000-7000-8000-000000000002",
      "2026-03-03T13:02:00.000Z",
      "service-support",
      "service",
      names.caller("overseas-support"),
      ["contact"],
      { usedIn: "CN" },
    ),
    one("0197c3a5-0000-7000-8000-000000000001", "2026-03-01T08:00:00.000Z", "billing", "service", names.caller("billing"), [], {}),
  ];
}
