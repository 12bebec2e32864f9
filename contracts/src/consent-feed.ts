/** The consent service towards the other services: whom it is told of, and what they must know to decide by the same function. */
import { z } from "zod";
import { LedgerEvent } from "./events.ts";
import { Channel, Country, Instant, Revision, SubjectId } from "./ids.ts";
import { forServices, route } from "./route.ts";
import { text } from "./text.ts";

export const Enrolment = z
  .strictObject({
    subject: SubjectId,
    /** Countries of residence on record; empty: unknown, so the strictest rules. Two: a conflict, both laws must allow. */
    countries: z.array(Country).max(10),
    /** ISO 3166-2 subdivision where it matters (US-CA). */
    subdivision: z
      .string()
      .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
      .nullable(),
    timeZone: text(0, 64).nullable(),
    birthYear: z.int().min(1900).max(2100).nullable(),
    contactPoints: z.array(z.strictObject({ channel: Channel, value: text(3, 320) })).max(12),
  })
  .meta({ id: "Enrolment" });
export type Enrolment = z.infer<typeof Enrolment>;
export const enrolSubjects = route({
  id: "enrolSubjects",
  method: "post",
  path: "/v1/enrolments",
  summary: "Tell the ledger which people exist and what it must know of them",
  policy: forServices("consent:enrol", { owner: "listed", repeat: "natural", bodyBytesMax: 2_000_000 }),
  body: z.strictObject({ subjects: z.array(Enrolment).min(1).max(1_000) }).meta({ id: "EnrolmentRequest" }),
  answers: {
    200: {
      description: "what came of it",
      schema: z.strictObject({ enrolled: z.int(), changed: z.int(), unchanged: z.int() }).meta({ id: "EnrolmentReply" }),
    },
  },
});

/** What a decision must know of a person: ids, codes and salted commitments, no contact point and no name. */
export const SubjectStateView = z
  .strictObject({
    status: z.enum(["active", "erased"]),
    restricted: z.boolean(),
    countries: z.array(Country),
    subdivision: z.string().nullable(),
    timeZone: z.string().nullable(),
    birthYear: z.int().nullable(),
    consents: z.record(
      z.string(),
      z.strictObject({
        status: z.enum(["granted", "refused", "withdrawn"]),
        at: Instant,
        noticeVersion: z.string(),
        noticeHash: z.string(),
        confirmed: z.boolean(),
        separate: z.boolean(),
        contact: z.strictObject({ channel: Channel, hash: z.string() }).exactOptional(),
        expiresAt: Instant.exactOptional(),
        givenBy: z.enum(["subject", "guardian"]),
      }),
    ),
    objections: z.record(z.string(), z.strictObject({ at: Instant })),
    contactPoints: z.partialRecord(Channel, z.string()),
    evidence: z.array(
      z.strictObject({
        channel: Channel,
        condition: z.string(),
        at: Instant,
        purpose: z.string().exactOptional(),
        /** Commitment to the contact point on record then; left out: none was. */
        contact: z.string().exactOptional(),
      }),
    ),
    contacts: z.array(z.strictObject({ channel: Channel, at: Instant })),
  })
  .meta({ id: "SubjectState" });
export const readStates = route({
  id: "readStates",
  method: "post",
  path: "/v1/states",
  summary: "What the records door must know of people to decide by the same function",
  policy: forServices("consent:feed", { owner: "listed", repeat: "read" }),
  body: z.strictObject({ subjects: z.array(SubjectId).min(1).max(1_000) }).meta({ id: "StatesRequest" }),
  answers: {
    200: {
      description: "states in the order asked; null: nobody of that id is enrolled here",
      schema: z
        .strictObject({ states: z.array(z.strictObject({ subject: SubjectId, revision: Revision, state: SubjectStateView.nullable() })) })
        .meta({ id: "StatesReply" }),
    },
  },
});

export const readChanges = route({
  id: "readChanges",
  method: "get",
  path: "/v1/changes",
  summary: "The ledger's change feed, one shard at a time, in commit order and without gaps",
  policy: forServices("consent:feed", { owner: "none", repeat: "read" }),
  query: z.strictObject({
    shard: z.coerce.number().int().min(0).max(255),
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(1_000).default(500),
  }),
  answers: {
    200: {
      description: "events after the position",
      schema: z.strictObject({ epoch: z.int(), shard: z.int(), head: z.int(), events: z.array(LedgerEvent) }).meta({ id: "ChangePage" }),
    },
  },
});
