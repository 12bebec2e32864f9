/** Every page of the portal in one language, rendered from typed data. */
import type { Choice } from "@behest/contracts/consent";
import type { Cell, Locale } from "@behest/contracts/ids";
import type { PolicySet } from "@behest/policies/compile";
import { namesIn } from "../i18n/names.ts";
import { wordsIn } from "../i18n/words.ts";
import { accessesPage } from "../pages/accesses.ts";
import { contactFieldId } from "../pages/choice-answers.ts";
import { choicesPage } from "../pages/choices.ts";
import { deskCustomerPage, purposeFieldId } from "../pages/desk-customer.ts";
import { deskPage } from "../pages/desk.ts";
import { homePage } from "../pages/home.ts";
import type { Html } from "../pages/html.ts";
import type { Frame, NavPage } from "../pages/layout.ts";
import { oversightPage } from "../pages/oversight.ts";
import { problemNames, problemPage } from "../pages/problem.ts";
import { receiptPage } from "../pages/receipt.ts";
import { storedPage } from "../pages/stored.ts";
import { unsubscribePage } from "../pages/unsubscribe.ts";
import { welcomePage } from "../pages/welcome.ts";
import { answerAndUseApart, choiceFixtures } from "./choice-fixtures.ts";
import { accessFixtures, storedFixture, subjectFixture } from "./own-data-fixtures.ts";
import { oversightFixture, readingFixture, refusedFixture } from "./staff-fixtures.ts";

export type PageFixture = { name: string; html: string };

const ownPages: readonly NavPage[] = ["home", "choices", "stored", "accesses"];
const staffPages: readonly NavPage[] = ["desk", "oversight"];
const token = "t".repeat(43);

export async function pageFixtures(policies: PolicySet, locale: Locale, stylesheet: string, cell: Cell = "eu"): Promise<PageFixture[]> {
  const words = wordsIn(locale, "Europe/Berlin");
  const names = namesIn(policies, locale);
  const frameFor = (pages: readonly NavPage[], name: string): Frame => ({
    words,
    names,
    cell,
    stylesheet,
    path: "/",
    viewer: { name, csrf: "c".repeat(43), pages },
  });
  const own = frameFor(ownPages, "Anna Schmidt");
  const staff = frameFor(staffPages, "Sofia Agent");
  const guest: Frame = { words, names, cell, stylesheet, path: "/" };
  const categoryNames = new Map([...policies.categories].map(([code, category]) => [code, category.name]));
  const choices = choiceFixtures([...policies.purposes.values()], categoryNames, locale);
  const contactPoints = { email: "anna.schmidt@example.com" };
  const customer = { subject: subjectFixture, purposes: ["service-support", "order-fulfilment", "marketing-email"] };
  const pages: Record<string, Html> = {
    welcome: welcomePage(guest, { signedOut: true }),
    home: homePage(own, {
      name: "Anna Schmidt",
      waiting: 6,
      agreed: 2,
      stored: { categories: 12, rows: 431 },
      looks: { count: 3, more: false, last: "2026-11-20T10:02:00.000Z" },
      jurisdictions: ["DE"],
    }),
    choices: choicesPage(own, { choices, contactPoints, saved: { purpose: "personalisation", message: "saved.granted" } }),
    "choices-first-visit": choicesPage(own, { choices: choices.map(undecided), contactPoints }),
    "choices-apart": choicesPage(own, { choices: choices.map(answerAndUseApart), contactPoints }),
    "choices-fault": choicesPage(own, {
      choices,
      contactPoints: {},
      fault: { field: contactFieldId("marketing-email"), purpose: "marketing-email", message: words.t("error.contact.missing.email") },
    }),
    stored: storedPage(own, storedFixture(names)),
    "stored-one-table": storedPage(own, storedFixture(names), "sales_order"),
    "stored-empty": storedPage(own, { ...storedFixture(names), categories: [] }),
    accesses: accessesPage(own, { accesses: accessFixtures(names), olderThan: "0197c3a5-0000-7000-8000-000000000001" }),
    "accesses-empty": accessesPage(own, { accesses: [], olderThan: undefined }),
    receipt: receiptPage(own, {
      id: "0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a0c1",
      content: receiptContent,
      keysAddress: "https://consent.eu.example.com/.well-known/jwks.json",
    }),
    unsubscribe: unsubscribePage(guest, { token, link: { purpose: "marketing-email", channel: "email", stopped: false } }),
    unsubscribed: unsubscribePage(guest, { token, link: { purpose: "marketing-email", channel: "email", stopped: true } }),
    desk: deskPage(staff, {
      people: Array.from({ length: 9 }, (_, index) => ({ subject: subjectFixture, source: "demo", key: `demo-eu-0${index}` })),
      everyone: false,
      asked: { source: "", key: "" },
      faults: [],
    }),
    "desk-fault": deskPage(staff, {
      people: [],
      everyone: true,
      asked: { source: "demo", key: "" },
      faults: [{ field: "key", message: words.t("desk.fault.key") }],
    }),
    customer: deskCustomerPage(staff, { ...customer, chosen: "service-support", reading: readingFixture, fault: undefined }),
    "customer-refused": deskCustomerPage(staff, { ...customer, chosen: "marketing-email", reading: refusedFixture, fault: undefined }),
    "customer-fault": deskCustomerPage(staff, {
      ...customer,
      chosen: undefined,
      reading: undefined,
      fault: { field: purposeFieldId, message: words.t("desk.fault.purpose") },
    }),
    oversight: oversightPage(staff, oversightFixture),
    "oversight-empty": oversightPage(staff, { conflicts: [], unmapped: [], transfers: [], imports: [] }),
  };
  for (const name of problemNames) pages[`problem-${name}`] = problemPage(guest, name, "0197c3a5");
  return Promise.all(Object.entries(pages).map(async ([name, html]) => ({ name, html: (await html).toString() })));
}

/** As before the first answer. */
const undecided = (choice: Choice): Choice =>
  choice.control === "consent"
    ? { ...choice, status: "not_asked", decidedAt: null, expiresAt: null, receipt: null, allowedNow: false }
    : choice;

const receiptContent = {
  "@type": "dpv:ConsentReceipt",
  "dct:created": "2026-03-03T13:02:00.000Z",
  "dpv:hasRecordOfActivity": [
    {
      "dpv:hasDataController": [
        {
          "@id": "shop-eu",
          "schema:legalName": "Beispiel Handel GmbH",
          "schema:address": "Hafenstraße 1, 20457 Hamburg",
          "dpv:hasContact": "privacy@example.com",
        },
      ],
      "dpv:hasProcess": [
        { "dpv:hasPurpose": [{ "@id": "personalisation" }], "dpv:hasPersonalData": [{ "@id": "identity" }, { "@id": "orders" }] },
      ],
      "dpv:hasNotice": [{ "dct:hasVersion": "2026-11-22" }],
    },
  ],
};
