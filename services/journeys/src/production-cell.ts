/** Consent and records of one cell as they run in production: a process each, one database, keys of their own, no other cell's anything. */
import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceNames, type Cell } from "@behest/contracts/ids";
import { freePort } from "@behest/runtime/testing/free-port";
import { until } from "@behest/runtime/testing/until";
import postgres from "postgres";
import { passwordOf } from "./stack-secrets.ts";
import { program, readStack, root } from "./stack.ts";

export type ProductionCell = { cell: Cell; consent: string; records: string; database: string; stop: () => Promise<void> };

export async function startProductionCell(cell: Cell): Promise<ProductionCell> {
  const stack = readStack();
  const folder = mkdtempSync(join(tmpdir(), `behest-production-${cell}-`));
  // Role passwords belong to the database server, which the journeys share with the local stack.
  const database = await createDatabase(cell, stack.databases[cell] ?? "");
  const suffix = cell.toUpperCase();
  const ports = { consent: await freePort(), records: await freePort() };
  const children: ChildProcess[] = [];
  for (const service of ["consent", "records"] as const) {
    const role = new URL(database.url);
    role.username = `behest_${cell}_${service}`;
    role.password = passwordOf(cell, service);
    const child = spawn(process.execPath, [join(root, "services", service, "src/main.ts")], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PATH: process.env["PATH"] ?? "",
        BEHEST_MODE: "production",
        BEHEST_CELLS: cell,
        LOG_LEVEL: "warn",
        ...Object.fromEntries(
          Object.entries({
            PORT: String(ports[service]),
            DATABASE_URL: role.href,
            ISSUER: stack.cells[cell].issuer,
            CONSENT_URL: `http://127.0.0.1:${ports.consent}`,
            RECORDS_URL: `http://127.0.0.1:${ports.records}`,
            CRM_URL: "http://127.0.0.1:1",
            PORTAL_URL: stack.cells[cell].portal,
            CLIENT_ID: service,
            CLIENT_SECRET: stack.clients[service]?.secret ?? "",
            STOP_LOG_DIR: join(folder, "stops"),
            STOP_LOG_KEY: secret(),
            CHECKPOINT_DIR: join(folder, "checkpoints"),
            CHECKPOINT_KEY: signingKey(),
            RECEIPT_KEY: signingKey(),
            COMMITMENT_KEY: secret(),
            SMTP_URL: stack.smtp,
            MAIL_FROM: "privacy@example.com",
          }).map(([name, value]) => [`${name}_${suffix}`, value]),
        ),
      },
    });
    children.push(child);
  }
  const cellUrls = { consent: `http://127.0.0.1:${ports.consent}`, records: `http://127.0.0.1:${ports.records}` };
  for (const url of Object.values(cellUrls))
    await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200, 60);
  return {
    cell,
    ...cellUrls,
    database: database.url,
    async stop() {
      await Promise.all(children.map((child) => new Promise<void>((ended) => (child.once("exit", () => ended()), child.kill("SIGTERM")))));
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createDatabase(cell: Cell, owner: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `behest_production_${cell}`;
  const admin = postgres(owner, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.unsafe(`create database ${name}`);
  const url = new URL(owner);
  url.pathname = `/${name}`;
  const passwords = Object.fromEntries(
    serviceNames.map((service) => [`ROLE_PASSWORD_${cell.toUpperCase()}_${service.toUpperCase()}`, passwordOf(cell, service)]),
  );
  await program("infra/runtime/src/migrate-cli.ts", [], { [`DATABASE_URL_${cell.toUpperCase()}`]: url.href, ...passwords });
  return {
    url: url.href,
    async drop() {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}

const secret = (): string => randomBytes(32).toString("base64url");
const signingKey = (): string => JSON.stringify(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }));
