import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cell, cells, serviceNames } from "@behest/contracts/ids";
import { expect, test } from "vitest";
import { addressesOf } from "./addresses.ts";
import type { OwnerUrls } from "./databases.ts";
import { localFilesOf } from "./local-files.ts";
import { ensureSecrets } from "./secrets.ts";
import { serviceEnv } from "./service-env.ts";

const owner = (cell: Cell): string => `postgres://owner:all@127.0.0.1:1/behest_${cell}`;
const ownerUrls: OwnerUrls = { eu: owner("eu"), uk: owner("uk"), us: owner("us"), cn: owner("cn"), jp: owner("jp") };

test("LOCAL-13 a service is told the keys that it needs and nobody else's, and never the owner of a database", async () => {
  const folder = mkdtempSync(join(tmpdir(), "behest-env-"));
  const secrets = await ensureSecrets(join(folder, "secrets.json"));
  const context = { addresses: addressesOf(4100), files: localFilesOf(folder), secrets, ownerUrls };
  const told = serviceNames.map((service) => [service, serviceEnv(service, context, {})] as const);
  const whoHas = (name: string) =>
    told.filter(([, env]) => cells.some((cell) => env[`${name}_${cell.toUpperCase()}`] !== undefined)).map(([service]) => service);
  for (const name of ["STOP_LOG_DIR", "STOP_LOG_KEY", "COMMITMENT_KEY", "RECEIPT_KEY"]) expect(whoHas(name), name).toEqual(["consent"]);
  expect(whoHas("SESSION_KEY")).toEqual(["portal"]);
  expect(whoHas("SMTP_URL")).toEqual(["records"]);
  for (const [service, env] of told) {
    expect(new URL(env["DATABASE_URL_EU"] ?? "").username).toBe(`behest_eu_${service}`);
    expect(Object.values(env).some((value) => value?.includes("owner:all"))).toBe(false);
  }
  rmSync(folder, { recursive: true, force: true });
});
