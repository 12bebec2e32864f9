import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { buildPackage } from "../build.ts";
import { startCellServer } from "./testing/cell-server.ts";
import { decision, euSubject } from "./testing/decisions.ts";

const run = promisify(execFile);
const consumer = `
import { createBehest, type UseAnswer } from "@behest/sdk";
const url = process.argv[2] ?? "";
const behest = createBehest({ cells: { eu: { consent: url } }, credentials: { clientId: "c", clientSecret: "s", issuers: { eu: url } } });
const answer: UseAnswer = await behest.mayUse({ subject: "${euSubject}", purpose: "marketing-email", channel: "email" });
console.log(JSON.stringify({ allowed: answer.allowed, codes: answer.reasons.map((reason) => reason.code) }));
`;

test("SDK-6: an empty npm project installs the package, compiles against its types and asks", { timeout: 180_000 }, async () => {
  const place = await mkdtemp(join(tmpdir(), "behest-sdk-"));
  const sdk = join(import.meta.dirname, "..");
  const server = await startCellServer(() => ({
    status: 200,
    body: { decisions: [decision({ allowed: false, reasons: [{ code: "consent_not_recorded" }] })] },
  }));
  try {
    const built = buildPackage(join(place, "dist"), join(sdk, `.build-${process.pid}`));
    const { stdout: packed } = await run("npm", ["pack", built, "--pack-destination", place, "--silent"], { cwd: place });
    await writeFile(join(place, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
    await run("npm", ["install", join(place, packed.trim()), "--no-audit", "--no-fund", "--prefer-offline"], { cwd: place });
    expect((await readdir(join(place, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual(["@behest", "zod"]);

    await writeFile(join(place, "ask.mts"), consumer);
    const root = createRequire(join(sdk, "..", "..", "package.json"));
    const tsc = join(dirname(root.resolve("typescript/package.json")), "bin", "tsc");
    const typeRoots = dirname(dirname(root.resolve("@types/node/package.json")));
    await run(
      process.execPath,
      [
        tsc,
        "--module",
        "nodenext",
        "--target",
        "es2023",
        "--strict",
        "--exactOptionalPropertyTypes",
        "--typeRoots",
        typeRoots,
        "--types",
        "node",
        "ask.mts",
      ],
      { cwd: place },
    );
    const { stdout } = await run("node", ["ask.mjs", server.url], { cwd: place });
    expect(JSON.parse(stdout)).toEqual({ allowed: false, codes: ["consent_not_recorded"] });
  } finally {
    await server.close();
    await rm(place, { recursive: true, force: true });
  }
});
