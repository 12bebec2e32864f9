/** The portal's one table. */
import { customType, pgSchema, text, timestamp } from "drizzle-orm/pg-core";

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const session = pgSchema("portal").table("session", {
  idHash: bytea("id_hash").primaryKey(),
  subject: text("subject"),
  sealed: bytea("sealed").notNull(),
  createdAt: instant("created_at").notNull(),
  seenAt: instant("seen_at").notNull(),
  endsAt: instant("ends_at").notNull(),
});
