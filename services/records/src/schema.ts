/** The columns of the door's own tables. */
import { bigint, boolean, customType, integer, jsonb, pgSchema, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";

const records = pgSchema("records");
const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const subject = records.table("subject", {
  id: text("id").primaryKey(),
  source: text("source").notNull(),
  personKey: text("person_key").notNull(),
  countries: text("countries").array().notNull(),
  subdivision: text("subdivision"),
  timeZone: text("time_zone"),
  birthYear: integer("birth_year"),
  conflict: boolean("conflict").notNull(),
  digest: bytes("digest").notNull(),
  toldDigest: bytes("told_digest"),
  enrolledAt: instant("enrolled_at").notNull(),
  changedAt: instant("changed_at").notNull(),
});

export const externalReference = records.table("external_reference", {
  source: text("source").notNull(),
  key: text("key").notNull(),
  subject: text("subject").notNull(),
});

export const residenceEvidence = records.table("residence_evidence", {
  subject: text("subject").notNull(),
  asGiven: text("as_given").notNull(),
  countries: text("countries").array().notNull(),
});

export const enrolmentRun = records.table("enrolment_run", {
  id: uuid("id").primaryKey(),
  source: text("source").notNull(),
  status: text("status", { enum: ["queued", "running", "done", "failed"] }).notNull(),
  found: integer("found").notNull().default(0),
  enrolled: integer("enrolled").notNull().default(0),
  changed: integer("changed").notNull().default(0),
  unchanged: integer("unchanged").notNull().default(0),
  conflicts: integer("conflicts").notNull().default(0),
  lastKey: text("last_key"),
  queuedAt: instant("queued_at").notNull(),
  startedAt: instant("started_at"),
  endedAt: instant("ended_at"),
});

export const staff = records.table("staff", { id: text("id").primaryKey(), name: text("name").notNull(), manager: text("manager") });

export const accessEvent = records.table("access_event", {
  shard: smallint("shard").notNull(),
  position: bigint("position", { mode: "number" }).notNull(),
  id: uuid("id").notNull(),
  subject: text("subject").notNull(),
  at: instant("at").notNull(),
  actorKind: text("actor_kind", { enum: ["service", "subject", "staff"] }).notNull(),
  client: text("client").notNull(),
  staff: text("staff"),
  purpose: text("purpose").notNull(),
  usedIn: text("used_in"),
  allowed: boolean("allowed").notNull(),
  categories: text("categories").array().notNull(),
  reasons: jsonb("reasons").notNull(),
  revision: text("revision"),
  policy: text("policy").notNull(),
  previousHash: bytes("previous_hash").notNull(),
  hash: bytes("hash").notNull(),
});

export const transferEvent = records.table("transfer_event", {
  shard: smallint("shard").notNull(),
  position: bigint("position", { mode: "number" }).notNull(),
  id: uuid("id").notNull(),
  access: uuid("access").notNull(),
  subject: text("subject").notNull(),
  at: instant("at").notNull(),
  fromCell: text("from_cell").notNull(),
  toCountry: text("to_country").notNull(),
  purpose: text("purpose").notNull(),
  client: text("client").notNull(),
  categories: text("categories").array().notNull(),
  mechanism: text("mechanism").notNull(),
  citation: text("citation").notNull(),
  policy: text("policy").notNull(),
  previousHash: bytes("previous_hash").notNull(),
  hash: bytes("hash").notNull(),
});

export const decisionNotice = records.table("decision_notice", {
  event: uuid("event").primaryKey(),
  subject: text("subject").notNull(),
  purpose: text("purpose").notNull(),
  decision: text("decision", { enum: ["granted", "granted_pending", "withdrawn", "objected", "objection_lifted"] }).notNull(),
  decidedAt: instant("decided_at").notNull(),
  client: text("client").notNull(),
  outcome: text("outcome", { enum: ["sent", "no_address", "refused"] }),
  doneAt: instant("done_at"),
});
