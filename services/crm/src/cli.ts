/** `pnpm crm import <file> --mapping <yaml> [--rejects <path>]` and `pnpm crm demo`. */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import type { Cell } from "@behest/contracts/ids";
import { PolicyFaults } from "@behest/policies/fault";
import { loadPolicies } from "@behest/policies/load";
import { cellOfCountries, normaliseCountry } from "@behest/policies/residency";
import { systemClock } from "@behest/runtime/clock";
import { describeError } from "@behest/runtime/describe-error";
import { cellDatabases } from "./cell-databases.ts";
import { ImportFault } from "./import-fault.ts";
import { importFile } from "./import-file.ts";
import { readMapping } from "./mapping.ts";
import type { Residency } from "./place.ts";
import { progressOn } from "./progress.ts";
import { writeRejectsReport } from "./rejects-report.ts";
import { seedDemo } from "./seed-demo.ts";
import { summaryOf } from "./summary.ts";

const help = `Usage:
  pnpm crm import <file> --mapping <yaml> [--rejects <path>]
  pnpm crm demo
Databases: DATABASE_URL_<CELL> for each cell, else those of the local stack.`;
const localFolder = fileURLToPath(new URL("../../../.local", import.meta.url));

// Young objects are all that a stream makes. Left to itself V8 lets their space grow until the process takes 270 MiB; so it is 200, at the same speed.
setFlagsFromString("--semi-space-growth-factor=1");

// When a connection breaks in the middle of COPY the driver throws where nobody can catch it (postgres 3.4.9, connection.js nextWrite).
process.on("uncaughtException", (error) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

/** Answers the exit code. */
async function run(args: string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  const [command, path, ...rest] = positionals;
  if (command === "demo" && path === undefined) {
    const people = await seedDemo(databases(), systemClock);
    process.stdout.write(people === 0 ? "The demo people were there already.\n" : `${people} demo people added.\n`);
    return 0;
  }
  if (command !== "import" || path === undefined || rest.length > 0 || values.mapping === undefined) {
    process.stderr.write(`${help}\n`);
    return 2;
  }
  const imported = await importFile({
    path,
    mapping: readMapping(values.mapping),
    databases: databases(),
    residency: residency(),
    clock: systemClock,
    progress: progressOn(process.stderr),
  });
  const rejects = values.rejects ?? join(localFolder, `${basename(path)}.rejects.csv`);
  writeRejectsReport(rejects, imported.rejected);
  const usage = `Took ${process.uptime().toFixed(1)} s and at most ${Math.ceil(process.resourceUsage().maxRSS / 1024)} MiB of memory.`;
  process.stdout.write(`${summaryOf(imported, rejects)}\n${usage}\n`);
  return 0;
}

/** A driver's error may quote rows, so only what can't is shown of anything that was not foreseen. */
function explain(error: unknown): string {
  if (error instanceof ImportFault || error instanceof PolicyFaults) return error.message;
  return `Stopped by a fault; nothing is lost, and the same command goes on where it stopped.\n${JSON.stringify(describeError(error))}`;
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { mapping: { type: "string" }, rejects: { type: "string" } } });
  } catch (error) {
    throw new ImportFault(`${error instanceof Error ? error.message : "Wrong arguments"}\n${help}`);
  }
}

function databases(): ReadonlyMap<Cell, string> {
  return cellDatabases(process.env, join(localFolder, "stack.json"));
}

function residency(): Residency {
  const policies = loadPolicies();
  return { countryOf: (asGiven) => normaliseCountry(policies, asGiven), cellOf: (countries) => cellOfCountries(policies, countries) };
}
