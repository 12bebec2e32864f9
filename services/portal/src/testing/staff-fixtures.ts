/** What `records` and the CRM would send to staff. */
import type { Reading } from "../pages/desk-customer.ts";
import type { OversightPage } from "../pages/oversight.ts";
import { subjectFixture } from "./own-data-fixtures.ts";

const policy = `sha256:${"0".repeat(64)}`;

export const readingFixture: Reading = {
  subject: subjectFixture,
  purpose: "service-support",
  decision: { allowed: true, reasons: [], obligations: [], revision: "1:17:42", ageMs: 0, policy },
  tables: [
    {
      table: "contact",
      truncated: false,
      rows: [{ given_name: "Anna", family_name: "Schmidt", email: "anna.schmidt@example.com", phone: "+49 30 901820", country: "DE" }],
    },
    {
      table: "sales_order",
      truncated: true,
      rows: [
        { external_key: "536365", ordered_at: "2026-11-02T08:26:00.000Z", currency: "EUR" },
        { external_key: "536366", ordered_at: "2026-10-02T08:26:00.000Z", currency: "EUR" },
      ],
    },
    { table: "ticket", truncated: false, rows: [] },
  ],
  withheld: [
    { field: "invoice.amount", category: "finance", reasons: [{ code: "category_not_needed", category: "finance" }] },
    { field: "invoice.paid_at", category: "finance", reasons: [{ code: "category_not_needed", category: "finance" }] },
    { field: "contact.nickname", category: null, reasons: [{ code: "field_unmapped" }] },
    { field: "score.value", category: "profile", reasons: [{ code: "category_not_needed", category: "profile" }] },
  ],
  access: "0197c3a5-0000-7000-8000-000000000009",
};

export const refusedFixture: Reading = {
  ...readingFixture,
  purpose: "marketing-email",
  decision: {
    ...readingFixture.decision,
    allowed: false,
    reasons: [
      { code: "consent_not_recorded", purpose: "marketing-email" },
      { code: "quiet_hours", until: "2026-11-23T07:00:00.000Z" },
    ],
  },
  tables: [],
};

export const oversightFixture: OversightPage = {
  conflicts: [
    {
      subject: subjectFixture,
      source: "online-retail",
      key: "12370",
      countries: ["AT", "CY"],
      cell: "eu",
      foundAt: "2026-11-22T09:00:00.000Z",
    },
  ],
  unmapped: [{ table: "contact", column: "nickname", type: "text" }],
  transfers: [
    {
      id: "1",
      subject: subjectFixture,
      at: "2026-11-22T09:30:00.000Z",
      from: "EU",
      to: "CN",
      purpose: "service-support",
      client: "overseas-support",
      categories: ["contact"],
      mechanism: "scc-2021-cn-support",
      citation: "GDPR Art. 46(2)(c)",
      policy,
    },
  ],
  imports: [
    {
      id: "1",
      file: "online_retail.csv.gz",
      mapping: "online-retail",
      startedAt: "2026-11-22T08:00:00.000Z",
      endedAt: "2026-11-22T08:01:10.000Z",
      status: "done",
      linesRead: 541_909,
      linesStored: 406_829,
      rejected: 12,
    },
  ],
};
