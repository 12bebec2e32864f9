/** Names of tables and columns as safely quoted SQL. */
import { sql, type SQL } from "drizzle-orm";

/** `schema.table` or `table`, each part quoted. */
export function qualified(name: string): SQL {
  return sql.join(
    name.split(".").map((part) => sql.identifier(part)),
    sql.raw("."),
  );
}
