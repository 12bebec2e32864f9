/** The consent service's tables, as `migrations/` makes them. Nothing else knows a column. */
import type { ConsentState, Evidence } from "@behest/policies/state";
import { bigint, boolean, customType, integer, jsonb, pgSchema, smallint, text, timestamp } from "drizzle-orm/pg-core";
import type { ContactPoints } from "./facts.ts";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

export const consent = pgSchema("consent");

export const epoch = consent.table("epoch", {
  epoch: integer().primaryKey(),
  beganAt: timestamp("began_at", { withTimezone: true, mode: "date" }).notNull(),
  reason: text({ enum: ["created", "restored"] }).notNull(),
});

export const shardHead = consent.table("shard_head", {
  shard: smallint().primaryKey(),
  head: bigint({ mode: "number" }).notNull(),
  hash: bytea().notNull(),
});

export const subjectEvent = consent.table("subject_event", {
  shard: smallint().notNull(),
  position: bigint({ mode: "number" }).notNull(),
  epoch: integer().notNull(),
  eventId: text("event_id").notNull(),
  subject: text().notNull(),
  version: integer().notNull(),
  kind: text().notNull(),
  purpose: text(),
  at: timestamp({ withTimezone: true, mode: "date" }).notNull(),
  facts: jsonb().notNull(),
  evidence: text(),
  previousHash: bytea("previous_hash").notNull(),
  hash: bytea().notNull(),
});

export const subjectState = consent.table("subject_state", {
  shard: smallint().notNull(),
  subject: text().notNull(),
  version: integer().notNull(),
  position: bigint({ mode: "number" }).notNull(),
  status: text({ enum: ["active", "erased"] }).notNull(),
  restricted: boolean().notNull(),
  countries: text().array().notNull(),
  subdivision: text(),
  timeZone: text("time_zone"),
  birthYear: integer("birth_year"),
  consents: jsonb().$type<Readonly<Record<string, ConsentState>>>().notNull(),
  objections: jsonb().$type<Readonly<Record<string, { at: string }>>>().notNull(),
  contactPoints: jsonb("contact_points").$type<ContactPoints>().notNull(),
  evidence: jsonb().$type<readonly Evidence[]>().notNull(),
});

export const subjectKey = consent.table("subject_key", {
  shard: smallint().notNull(),
  subject: text().notNull(),
  salt: text().notNull(),
  key: text().notNull(),
  createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull(),
});

export const receipt = consent.table("receipt", {
  shard: smallint().notNull(),
  receipt: text().notNull(),
  subject: text().notNull(),
  eventId: text("event_id").notNull(),
  jws: text().notNull(),
  createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull(),
});

export const contactEvent = consent.table("contact_event", {
  shard: smallint().notNull(),
  contact: text().notNull(),
  subject: text().notNull(),
  purpose: text().notNull(),
  channel: text({ enum: ["email", "sms", "phone", "messaging", "post", "in-app"] }).notNull(),
  client: text().notNull(),
  campaign: text(),
  at: timestamp({ withTimezone: true, mode: "date" }).notNull(),
  repeatMac: text("repeat_mac"),
});
