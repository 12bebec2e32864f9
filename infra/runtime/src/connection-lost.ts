/** The connection to PostgreSQL ended, or could not be had: nothing is known of what was under way. */
export class ConnectionLost extends Error {
  readonly code = "CONNECTION_LOST";

  constructor(cause: unknown) {
    super("the connection to the database was lost", { cause });
    this.name = "ConnectionLost";
  }
}
