/**
 * The connections under drizzle's postgres.js session, which talk through node-postgres. postgres.js itself (3.4.9) writes to a socket that
 * is gone when a connection is cut inside a transaction: an uncaught TypeError that ends the process. It also asks twice for each statement.
 */
import { DatabaseError, Pool, types, type PoolClient } from "pg";
import type { Sql } from "postgres";
import { ConnectionLost } from "./connection-lost.ts";

export type ConnectionPool = { client: Sql; close: () => Promise<void> };
type PoolOptions = { url: string; service: string; poolMax: number };

const connectMsMax = 5_000;
const idleMsMax = 30_000;
const statementMsMax = 60_000;
const idleInTransactionMsMax = 60_000;

export function openPool({ url, service, poolMax }: PoolOptions): ConnectionPool {
  const pool = new Pool({
    connectionString: url,
    max: poolMax,
    application_name: service,
    options: `-c search_path=${service}`,
    // Also how long a request waits for a free connection.
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: idleMsMax,
    statement_timeout: statementMsMax,
    idle_in_transaction_session_timeout: idleInTransactionMsMax,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A cut connection leaves the pool by itself; who was using it gets the error from their own query.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const begin = (work: Work) => transact(pool, poolMax, work);
  return { client: asPostgresJs({ options: { parsers: {}, serializers: {} }, begin }), close: () => pool.end() };
}

type Work = (client: Sql) => Promise<unknown>;

async function transact(pool: Pool, poolMax: number, work: Work): Promise<unknown> {
  const connection = await beginOnLive(pool, poolMax);
  const statements = inOrder(connection);
  let fault: unknown;
  try {
    const result = await work(asPostgresJs(sessionOf(statements)));
    const { command } = await statements.run("commit");
    // PostgreSQL answers a commit after a swallowed error by rolling back, without an error of its own.
    if (command !== "COMMIT") throw statements.firstFault ?? new Error("the transaction was rolled back");
    return result;
  } catch (error) {
    fault =
      error instanceof ConnectionLost
        ? error
        : await statements.run("rollback").then(
            () => undefined,
            (lost: unknown) => lost,
          );
    throw error;
  } finally {
    statements.over = true;
    connection.release(fault !== undefined);
  }
}

/** Connections that were cut while idle are found out by their first statement, when nothing has been done yet: try the next. */
async function beginOnLive(pool: Pool, poolMax: number): Promise<PoolClient> {
  for (let tries = 0; ; tries += 1) {
    const connection = await pool.connect().catch((error: unknown) => {
      throw faultOf(error);
    });
    try {
      await connection.query("begin");
      return connection;
    } catch (error) {
      connection.release(true);
      if (tries >= poolMax) throw faultOf(error);
    }
  }
}

type Statements = { run: (text: string, params?: unknown[]) => Promise<Answer>; firstFault: Error | undefined; over: boolean };
type Answer = { command: string; rowCount: number | null; fields: ReadonlyArray<{ name: string }>; rows: unknown[][] };

/** One statement after the other, and none once the transaction has ended: by then the connection serves somebody else. */
function inOrder(connection: PoolClient): Statements {
  let last: Promise<unknown> = Promise.resolve();
  const statements: Statements = {
    firstFault: undefined,
    over: false,
    run(text, params = []) {
      const ask = async (): Promise<Answer> => {
        if (statements.over) throw new Error("the transaction is over");
        return connection.query<unknown[]>({ text, values: params, rowMode: "array" }).catch((error: unknown) => {
          const fault = faultOf(error);
          statements.firstFault ??= fault;
          throw fault;
        });
      };
      const answer = last.then(ask, ask);
      last = answer.catch(() => {});
      return answer;
    },
  };
  return statements;
}

/** What drizzle's session asks of a transaction. */
function sessionOf(statements: Statements): object {
  let savepoints = 0;
  const session = {
    unsafe(text: string, params: unknown[]) {
      const answer = statements.run(text, params);
      const objects = answer.then(toObjects);
      objects.catch(() => {}); // when the arrays are asked for, nobody waits for these
      return Object.assign(objects, { values: async () => (await answer).rows });
    },
    async savepoint(work: Work): Promise<unknown> {
      const name = `s${(savepoints += 1)}`;
      await statements.run(`savepoint ${name}`);
      try {
        const result = await work(asPostgresJs(session));
        await statements.run(`release savepoint ${name}`);
        return result;
      } catch (error) {
        if (!(error instanceof ConnectionLost)) await statements.run(`rollback to savepoint ${name}`);
        throw error;
      }
    },
  };
  return session;
}

function toObjects({ rows, fields, rowCount, command }: Answer) {
  const objects = rows.map((row) => Object.fromEntries(fields.map(({ name }, at) => [name, row[at]])));
  return Object.assign(objects, { count: rowCount ?? 0, command });
}

/** What PostgreSQL itself said is kept; a fault of the driver's own use too; all else is the connection. */
function faultOf(error: unknown): Error {
  return error instanceof DatabaseError || error instanceof TypeError ? error : new ConnectionLost(error);
}

/** Dates and times stay text, as drizzle's columns expect: date, timestamp, timestamptz, interval, and their lists. */
const keptAsText = new Set([1082, 1114, 1184, 1186, 1182, 1115, 1185, 1187]);
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  keptAsText.has(oid) ? (value: unknown) => value : types.getTypeParser(oid, format === "binary" ? "binary" : "text");

/** Drizzle uses `options`, `begin`, `savepoint` and `unsafe` of a postgres.js client and nothing else of its large type. */
function asPostgresJs(client: object): Sql {
  return client as Sql;
}
