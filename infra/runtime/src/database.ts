/** One cell's database, as one service's role sees it: transactions that are retried when PostgreSQL asks for it. */
import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { openPool } from "./connection-pool.ts";
import { connectionFault, isRetryable } from "./database-fault.ts";
import { inSpan } from "./telemetry.ts";

type Drizzle = PostgresJsDatabase<Record<string, never>>;
export type Tx = Parameters<Parameters<Drizzle["transaction"]>[0]>[0];
export type Isolation = "read committed" | "repeatable read" | "serializable";
export type TransactOptions = { isolation?: Isolation; readOnly?: boolean };

export type Database = {
  /** Runs `work` in one transaction; all of it is run again after a serialisation failure or deadlock, so it must have no other effect. */
  transact<T>(work: (tx: Tx) => Promise<T>, options?: TransactOptions): Promise<T>;
  /** Throws Problem `unavailable` when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

const triesMax = 10;
const backoffMsMax = 100;

/** `service` names the connections and is their search path. Connections are opened when first needed. */
export function openDatabase({ url, service, poolMax = 10 }: { url: string; service: string; poolMax?: number }): Database {
  const pool = openPool({ url, service, poolMax });
  const db: Drizzle = drizzle({ client: pool.client });
  const transact: Database["transact"] = async (work, options = {}) => {
    try {
      return await inSpan("transaction", { "db.system.name": "postgresql" }, (set) =>
        withRetry((tries) => {
          set({ "behest.tries": tries });
          return db.transaction(work, configOf(options));
        }),
      );
    } catch (error) {
      throw connectionFault(error) ?? error;
    }
  };
  return { transact, ping: async () => void (await transact((tx) => tx.execute(sql`select 1`))), close: pool.close };
}

function configOf({ isolation, readOnly }: TransactOptions) {
  if (isolation === undefined && readOnly === undefined) return undefined;
  return {
    ...(isolation === undefined ? {} : { isolationLevel: isolation }),
    ...(readOnly === undefined ? {} : { accessMode: readOnly ? ("read only" as const) : ("read write" as const) }),
  };
}

async function withRetry<T>(attempt: (tries: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(tries);
    } catch (error) {
      if (!isRetryable(error) || tries === triesMax) throw error;
      // Jitter, so that those who collided don't collide again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** tries, backoffMsMax)));
    }
  }
}
