import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { testPasswords } from "./testing/cluster.ts";
import { dbTest } from "./testing/database.ts";

const script = fileURLToPath(new URL("migrate-cli.ts", import.meta.url));
const run = (env: Record<string, string>) =>
  new Promise<{ code: number; out: string }>((resolve) => {
    execFile(process.execPath, [script], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out: stdout + stderr }),
    );
  });
const passwords = Object.fromEntries(
  Object.entries(testPasswords).map(([service, password]) => [`ROLE_PASSWORD_EU_${service.toUpperCase()}`, password]),
);

dbTest("pnpm migrate brings each cell with an address up to date, and names what is missing", async ({ cellDb }) => {
  expect(await run({ DATABASE_URL_EU: cellDb.owner, ...passwords })).toEqual({ code: 0, out: "eu: up to date\n" });
  expect(await run({ DATABASE_URL_EU: cellDb.owner })).toEqual({
    code: 1,
    out: "can't migrate, these are missing: ROLE_PASSWORD_EU_CONSENT, ROLE_PASSWORD_EU_RECORDS, ROLE_PASSWORD_EU_CRM, ROLE_PASSWORD_EU_PORTAL\n",
  });
  expect((await run({})).out).toMatch(/^nothing to migrate: set DATABASE_URL_EU/);
  expect(await run({ DATABASE_URL_EU: "postgres://nobody:x@127.0.0.1:1/none", ...passwords })).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^eu: .*ECONNREFUSED/),
  });
});
