/** Sessions in the database: made at sign-in under a new id, ended by sign-out, idleness or age. */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@behest/runtime/clock";
import type { Database } from "@behest/runtime/database";
import { and, eq, gt, lt, or } from "drizzle-orm";
import { session } from "./schema.ts";
import type { Seal } from "./seal.ts";
import { SessionData } from "./session-data.ts";

/** `id` is what the cookie holds: 256 random bits. */
export type Session = { id: string; data: SessionData };
export type SessionStore = {
  start(data: SessionData): Promise<Session>;
  /** Undefined: no such session, or it is over. */
  find(id: string): Promise<Session | undefined>;
  keep(open: Session): Promise<void>;
  end(id: string): Promise<void>;
};

export const idleMinutesMax = 30;
export const ageHoursMax = 8;
const minuteMs = 60_000;

export function sessionStore({ database, seal, clock }: { database: Database; seal: Seal; clock: Clock }): SessionStore {
  const idleSince = () => new Date(clock.now().getTime() - idleMinutesMax * minuteMs);
  const sealedFor = (id: string, data: SessionData) => seal.close(JSON.stringify(data), `session ${id}`);
  return {
    async start(data) {
      const id = randomBytes(32).toString("base64url");
      const now = clock.now();
      await database.transact(async (tx) => {
        await tx.delete(session).where(or(lt(session.endsAt, now), lt(session.seenAt, idleSince())));
        await tx.insert(session).values({
          idHash: hashOf(id),
          subject: data.subject,
          sealed: sealedFor(id, data),
          createdAt: now,
          seenAt: now,
          endsAt: new Date(now.getTime() + ageHoursMax * 60 * minuteMs),
        });
      });
      return { id, data };
    },
    async find(id) {
      const now = clock.now();
      const alive = and(eq(session.idHash, hashOf(id)), gt(session.endsAt, now), gt(session.seenAt, idleSince()));
      const row = await database.transact(async (tx) => {
        const [found] = await tx.select({ sealed: session.sealed, seenAt: session.seenAt }).from(session).where(alive);
        if (found !== undefined && now.getTime() - found.seenAt.getTime() > minuteMs)
          await tx.update(session).set({ seenAt: now }).where(alive);
        return found;
      });
      const text = row === undefined ? undefined : seal.open(row.sealed, `session ${id}`);
      const data = text === undefined ? undefined : SessionData.safeParse(JSON.parse(text));
      return data?.success === true ? { id, data: data.data } : undefined;
    },
    async keep({ id, data }) {
      await database.transact((tx) =>
        tx
          .update(session)
          .set({ sealed: sealedFor(id, data), subject: data.subject })
          .where(eq(session.idHash, hashOf(id))),
      );
    },
    async end(id) {
      await database.transact((tx) => tx.delete(session).where(eq(session.idHash, hashOf(id))));
    },
  };
}

const hashOf = (id: string): Buffer => createHash("sha256").update(id).digest();
