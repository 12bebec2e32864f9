/** `pnpm openapi` writes contracts/openapi/*.json; `pnpm openapi --check` fails when they differ from the routes. */
import { readFileSync, writeFileSync } from "node:fs";
import { documentedServices, openapiOf } from "./openapi.ts";

const check = process.argv.includes("--check");
for (const service of documentedServices) {
  const file = new URL(`../openapi/${service}.json`, import.meta.url);
  const text = `${JSON.stringify(openapiOf(service), null, 2)}\n`;
  if (!check) writeFileSync(file, text);
  else if (readOr(file) !== text) {
    process.stderr.write(`contracts/openapi/${service}.json differs from the routes: run pnpm openapi and commit it\n`);
    process.exitCode = 1;
  }
}

function readOr(file: URL): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
