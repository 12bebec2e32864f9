/** The one door to CRM data: read for a purpose, see what is stored and who looked, enrol, oversee. */
import { z } from "zod";
import { noticeDecision } from "./decision-notice.ts";
import { Decision, Reason } from "./decision.ts";
import { Cell, Country, Instant, PurposeCode, SubjectId } from "./ids.ts";
import { route, type RoutePolicy } from "./route.ts";
import { text } from "./text.ts";

const own: RoutePolicy = { access: { scope: "records:own", actors: ["subject"] }, owner: "self", repeat: "read" };
const oversee: RoutePolicy = {
  access: { scope: "records:oversee", actors: ["staff"], staffRoles: ["officer", "senior-officer", "auditor"] },
  owner: "none",
  repeat: "read",
};
const ofSubject = z.strictObject({ subject: SubjectId });
const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const readSubject = route({
  id: "readSubject",
  method: "post",
  path: "/v1/reads",
  summary: "Read a person's data for a purpose: what the purpose needs, and a reason for each field withheld",
  policy: { access: { scope: "records:read", actors: ["service", "staff"] }, owner: "visible", repeat: "read" },
  body: z
    .strictObject({
      subject: text(1, 200),
      purpose: text(1, 200),
      usedIn: Country.optional(),
      /** Fields wanted, as `table.column`; all that the map knows where it is left out. */
      fields: z.array(text(1, 130)).min(1).max(500).optional(),
      rowsMax: z.int().min(1).max(1_000).default(100).describe("rows of each table at the most, newest first"),
    })
    .meta({ id: "ReadRequest" }),
  answers: {
    200: {
      description: "what may be read, and why the rest may not",
      schema: z
        .strictObject({
          subject: SubjectId,
          purpose: PurposeCode,
          decision: Decision,
          tables: z.array(z.strictObject({ table: z.string(), rows: z.array(z.record(z.string(), Value)), truncated: z.boolean() })),
          withheld: z.array(z.strictObject({ field: z.string(), category: z.string().nullable(), reasons: z.array(Reason).min(1) })),
          access: z.string().describe("the access event this read left"),
        })
        .meta({ id: "ReadReply" }),
    },
  },
});

export const findSubject = route({
  id: "findSubject",
  method: "post",
  path: "/v1/lookups",
  summary: "The subject id behind a CRM's own key, for those who may see the person",
  policy: { access: { scope: "records:lookup", actors: ["service", "staff"] }, owner: "visible", repeat: "read" },
  body: z.strictObject({ source: text(1, 60), key: text(1, 200) }).meta({ id: "LookupRequest" }),
  answers: {
    200: {
      description: "found",
      schema: z.strictObject({ subject: SubjectId, source: z.string(), key: z.string() }).meta({ id: "LookupReply" }),
    },
  },
});
export const listPortfolio = route({
  id: "listPortfolio",
  method: "get",
  path: "/v1/portfolio",
  summary: "The people whom the signed-in member of staff may see: own customers, or those of the team below",
  policy: { access: { scope: "records:lookup", actors: ["staff"] }, owner: "visible", repeat: "read" },
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
  answers: {
    200: {
      description: "people",
      schema: z
        .strictObject({
          people: z.array(z.strictObject({ subject: SubjectId, source: z.string(), key: z.string() })),
          everyone: z.boolean(),
        })
        .meta({ id: "Portfolio" }),
    },
  },
});

export const StoredField = z.strictObject({ field: z.string(), label: z.string(), value: Value }).meta({ id: "StoredField" });
export const listStored = route({
  id: "listStored",
  method: "get",
  path: "/v1/subjects/{subject}/stored",
  summary: "Everything the map knows about the person, by category, with source, purposes and how long",
  policy: own,
  params: ofSubject,
  query: z.strictObject({
    locale: z.enum(["en", "de", "ja", "zh-CN"]).default("en"),
    rowsMax: z.coerce.number().int().min(1).max(500).default(50),
  }),
  answers: {
    200: {
      description: "what is stored",
      schema: z
        .strictObject({
          subject: SubjectId,
          cell: Cell,
          jurisdictions: z.array(z.string()),
          countries: z.array(Country),
          categories: z.array(
            z.strictObject({
              code: z.string(),
              name: z.string(),
              sensitive: z.boolean(),
              source: z.string(),
              purposes: z.array(z.strictObject({ code: z.string(), name: z.string() })),
              keptUntil: z.string(),
              tables: z.array(
                z.strictObject({ table: z.string(), label: z.string(), total: z.int(), rows: z.array(z.array(StoredField)) }),
              ),
            }),
          ),
        })
        .meta({ id: "Stored" }),
    },
  },
});
export const Access = z
  .strictObject({
    id: z.string(),
    at: Instant,
    purpose: z.string(),
    purposeName: z.string(),
    who: z.strictObject({ kind: z.enum(["service", "staff", "subject"]), name: z.string() }),
    allowed: z.boolean(),
    categories: z.array(z.string()),
    categoryNames: z.array(z.string()),
    usedIn: Country.nullable(),
    reasons: z.array(Reason),
  })
  .meta({ id: "Access" });
export type Access = z.infer<typeof Access>;
export const listAccesses = route({
  id: "listAccesses",
  method: "get",
  path: "/v1/subjects/{subject}/accesses",
  summary: "Who looked, when and what for, newest first",
  policy: own,
  params: ofSubject,
  query: z.strictObject({
    locale: z.enum(["en", "de", "ja", "zh-CN"]).default("en"),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    before: text(0, 60).optional(),
  }),
  answers: {
    200: { description: "accesses", schema: z.strictObject({ accesses: z.array(Access), more: z.boolean() }).meta({ id: "Accesses" }) },
  },
});

export const EnrolmentRun = z
  .strictObject({
    id: z.string(),
    status: z.enum(["queued", "running", "done", "failed"]),
    found: z.int(),
    enrolled: z.int(),
    unchanged: z.int(),
    changed: z.int(),
    conflicts: z.int(),
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
  })
  .meta({ id: "EnrolmentRun" });
const enrol: RoutePolicy = { access: { scope: "records:enrol", actors: ["service", "staff"] }, owner: "none", repeat: "key" };
export const startEnrolment = route({
  id: "startEnrolment",
  method: "post",
  path: "/v1/enrolment-runs",
  summary: "Enrol everyone whom the map finds in the CRM",
  policy: enrol,
  body: z.strictObject({ source: text(1, 60).default("crm") }).meta({ id: "EnrolmentRunRequest" }),
  answers: { 202: { description: "a job does it", schema: EnrolmentRun } },
});
export const getEnrolment = route({
  id: "getEnrolment",
  method: "get",
  path: "/v1/enrolment-runs/{run}",
  summary: "How an enrolment goes",
  policy: { ...enrol, repeat: "read" },
  params: z.strictObject({ run: z.uuid() }),
  answers: { 200: { description: "progress", schema: EnrolmentRun } },
});

export const listConflicts = route({
  id: "listConflicts",
  method: "get",
  path: "/v1/conflicts",
  summary: "People whose residence evidence disagrees, for an officer",
  policy: oversee,
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
  answers: {
    200: {
      description: "conflicts",
      schema: z
        .strictObject({
          conflicts: z.array(
            z.strictObject({
              subject: SubjectId,
              source: z.string(),
              key: z.string(),
              countries: z.array(Country),
              cell: Cell,
              foundAt: Instant,
            }),
          ),
        })
        .meta({ id: "Conflicts" }),
    },
  },
});
export const listUnmapped = route({
  id: "listUnmapped",
  method: "get",
  path: "/v1/unmapped",
  summary: "Columns of the CRM that no map names: closed until someone maps them",
  policy: oversee,
  answers: {
    200: {
      description: "columns",
      schema: z
        .strictObject({ columns: z.array(z.strictObject({ table: z.string(), column: z.string(), type: z.string() })) })
        .meta({ id: "Unmapped" }),
    },
  },
});
export const listTransfers = route({
  id: "listTransfers",
  method: "get",
  path: "/v1/transfers",
  summary: "The transfer ledger: each use of a person's data in another country, with the mechanism that allowed it",
  policy: oversee,
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
  answers: {
    200: {
      description: "transfers",
      schema: z
        .strictObject({
          transfers: z.array(
            z.strictObject({
              id: z.string(),
              subject: SubjectId,
              at: Instant,
              from: z.string(),
              to: Country,
              purpose: z.string(),
              client: z.string(),
              categories: z.array(z.string()),
              mechanism: z.string(),
              citation: z.string(),
              policy: z.string(),
            }),
          ),
        })
        .meta({ id: "Transfers" }),
    },
  },
});

export const recordsRoutes = [
  readSubject,
  findSubject,
  listPortfolio,
  listStored,
  listAccesses,
  startEnrolment,
  getEnrolment,
  listConflicts,
  listUnmapped,
  listTransfers,
  noticeDecision,
];
