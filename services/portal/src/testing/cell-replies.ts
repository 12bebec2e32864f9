/** Replies of the cell's services for one person, each parsed by the contract before it is sent. */
import { listChoices, recordConsent, getUnsubscribeLink } from "@behest/contracts/consent";
import { listAccesses, listPortfolio, listStored } from "@behest/contracts/records";
import { loadPolicies } from "@behest/policies/load";
import type { z } from "zod";
import { namesIn } from "../i18n/names.ts";
import { choiceFixtures } from "./choice-fixtures.ts";
import { accessFixtures, storedFixture, subjectFixture } from "./own-data-fixtures.ts";
import type { Heard, Reply } from "./portal-server.ts";

const policies = loadPolicies();
const names = namesIn(policies, "en");
const categoryNames = new Map([...policies.categories].map(([code, category]) => [code, category.name]));
const choices = choiceFixtures([...policies.purposes.values()], categoryNames, "en");
const link = { purpose: "marketing-email", channel: "email", stopped: false } as const;
const event = {
  id: "0197c3a5-0000-7000-8000-000000000011",
  subject: subjectFixture,
  kind: "granted",
  at: "2026-11-22T09:30:00.000Z",
  revision: "1:17:42",
  version: 2,
} as const;

type Canned = { matches: RegExp; status: number; schema: z.ZodType; body: unknown };
const canned: readonly Canned[] = [
  {
    matches: /^GET \/v1\/subjects\/[^/]+\/choices/,
    status: 200,
    schema: listChoices.answers[200].schema,
    body: { subject: subjectFixture, revision: "1:17:41", jurisdictions: ["DE"], choices },
  },
  {
    matches: /^POST \/v1\/subjects\/[^/]+\/consents/,
    status: 201,
    schema: recordConsent.answers[201].schema,
    body: { event, receipt: null, status: "granted" },
  },
  { matches: /^GET \/v1\/subjects\/[^/]+\/stored/, status: 200, schema: listStored.answers[200].schema, body: storedFixture(names) },
  {
    matches: /^GET \/v1\/subjects\/[^/]+\/accesses/,
    status: 200,
    schema: listAccesses.answers[200].schema,
    body: { accesses: accessFixtures(names), more: false },
  },
  { matches: /^GET \/v1\/portfolio/, status: 200, schema: listPortfolio.answers[200].schema, body: { people: [], everyone: true } },
  { matches: /^GET \/v1\/unsubscribe-links\//, status: 200, schema: getUnsubscribeLink.answers[200].schema, body: link },
  {
    matches: /^POST \/v1\/unsubscribe-links\//,
    status: 200,
    schema: getUnsubscribeLink.answers[200].schema,
    body: { ...link, stopped: true },
  },
];

export const cellReplies: Reply = ({ method, path }: Heard) => {
  const found = canned.find((one) => one.matches.test(`${method} ${path}`));
  return found === undefined ? undefined : { status: found.status, body: found.schema.parse(found.body) };
};
