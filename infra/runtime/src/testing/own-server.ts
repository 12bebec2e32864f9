/** A PostgreSQL server for one test alone, which may stop it or create roles as it likes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openForServer, stopEmbeddedPostgres, type ServerOptions } from "../embedded-postgres.ts";
import { freePort } from "./free-port.ts";

/** Nothing runs yet; what the work started is stopped and removed. */
export async function withOwnServer(work: (server: ServerOptions) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), "behest-own-"));
  openForServer(parent);
  const directory = join(parent, "data");
  try {
    await work({ directory, port: await freePort(), password: "a b@c", connectionsMax: 30, durable: true });
  } finally {
    await stopEmbeddedPostgres(directory);
    rmSync(parent, { recursive: true });
  }
}
