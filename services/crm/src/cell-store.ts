/** One cell's database as an import uses it: a single connection that holds the import lock. */
import type { Cell } from "@behest/contracts/ids";
import postgres, { type Sql } from "postgres";
import { ImportFault } from "./import-fault.ts";

export type CellStore = {
  cell: Cell;
  sql: Sql;
  /** Aborted when the connection breaks, and the lock with it; the driver would go on over a new one. */
  lost: AbortSignal;
  close: () => Promise<void>;
};

const lockKey = 7_203_114_101;
const lockWaitSeconds = 30;
const keysPerQuery = 5_000;

/** Waits for an import that is just ending (a killed one's last statement may still run), then throws ImportFault. */
export async function openCellStore(cell: Cell, url: string): Promise<CellStore> {
  const connection = new AbortController();
  // One connection that is never changed: the lock belongs to it.
  const sql = postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 10,
    onnotice: () => {},
    onclose: () => connection.abort(new Error(`the connection to the database of cell ${cell} broke`)),
    connection: { application_name: "crm-import", TimeZone: "UTC" },
  });
  const close = (): Promise<void> => sql.end({ timeout: 5 });
  try {
    await sql.unsafe(`set lock_timeout = '${lockWaitSeconds}s'`);
    await sql`select pg_advisory_lock(${lockKey})`;
    await sql`set lock_timeout = 0`;
    return { cell, sql, lost: connection.signal, close };
  } catch (error) {
    await close();
    if (error instanceof postgres.PostgresError && error.code === "55P03")
      throw new ImportFault(`Another import is running in cell ${cell}; try again when it has ended.`);
    throw new ImportFault(
      `The database of cell ${cell} can't be used (${codeOf(error)}): is it running and migrated, and is DATABASE_URL_${cell.toUpperCase()} right?`,
      error,
    );
  }
}

/** Which of these customers are stored in this cell. */
export async function knownCustomers({ sql }: CellStore, source: string, keys: readonly string[]): Promise<string[]> {
  const known: string[] = [];
  for (const some of chunks(keys)) {
    const rows = await sql<
      { external_key: string }[]
    >`select external_key from crm.contact where source = ${source} and external_key = any(${some})`;
    for (const row of rows) known.push(row.external_key);
  }
  return known;
}

/** Which of these orders are stored in this cell, and whose they are. */
export async function knownOrders(
  { sql }: CellStore,
  source: string,
  numbers: readonly string[],
): Promise<{ number: string; customer: string | null }[]> {
  const known: { number: string; customer: string | null }[] = [];
  for (const some of chunks(numbers)) {
    const rows = await sql<{ number: string; customer: string | null }[]>`
      select o.number, c.external_key as customer from crm.sales_order o left join crm.contact c on c.id = o.contact_id
      where o.source = ${source} and o.number = any(${some})`;
    for (const row of rows) known.push(row);
  }
  return known;
}

function* chunks(values: readonly string[]): Generator<string[]> {
  for (let start = 0; start < values.length; start += keysPerQuery) yield values.slice(start, start + keysPerQuery);
}

/** Only the code: a driver's message may hold the address with its password. */
const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown fault");
