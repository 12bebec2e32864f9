/** What start prints when everything runs: where to go, who to be, what to try. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cells } from "@behest/contracts/ids";
import { dataPlaceOf } from "@behest/runtime/server-place";
import type { StackFile } from "./stack-file.ts";

/** `pnpm`: how the reader calls it. */
export type SummaryContext = {
  stack: StackFile;
  seconds: number;
  stackFile: string;
  dataFolder: string;
  postgresFolder: string;
  pnpm: string;
};

export function summaryOf({ stack, seconds, stackFile, dataFolder, postgresFolder, pnpm }: SummaryContext): string {
  const eu = stack.cells.eu;
  const anna = stack.people.find((person) => person.subject !== null && person.cell === "eu");
  return [
    "",
    `Behest is ready (${seconds.toFixed(1)} s). Ctrl-C stops everything; the data stays.`,
    "",
    table([
      ["", ...cells],
      ...(["portal", "consent", "records", "crm", "issuer"] as const).map((name) => [
        name,
        ...cells.map((cell) => stack.cells[cell][name].replace("http://127.0.0.1", "")),
      ]),
    ]),
    "  (on http://127.0.0.1; portal, consent, records and crm have /docs and /openapi.json)",
    "",
    `  privacy centre  ${eu.portal}`,
    `  mailbox         ${stack.mailbox}`,
    `  for tools       ${stackFile}`,
    ...dataHint(postgresFolder),
    "",
    `Sign in with the password ${stack.people[0]?.password ?? ""}`,
    table(stack.people.map((person) => [person.role, person.email, person.cell, person.subject ?? person.staffId ?? ""])),
    "",
    "Ask whether marketing may write to Anna. Nothing was recorded, so the answer is no:",
    `  curl -s ${eu.consent}/v1/checks -H "authorization: Bearer $(${pnpm} -s run token marketing consent)" \\`,
    `    -H 'content-type: application/json' -d '{"checks":[{"subject":"${anna?.subject ?? ""}","purpose":"marketing-email","channel":"email","usedIn":"DE"}]}'`,
    "",
    "Then try:",
    `  1. Sign in as ${anna?.email ?? "a customer"} at ${eu.portal}, allow e-mail marketing, and ask again: yes. Withdraw: no.`,
    `  2. Read her data as support does, then see in the privacy centre who looked:`,
    `     curl -s ${eu.records}/v1/reads -H "authorization: Bearer $(${pnpm} -s run token --person sofia.agent@example.com records --client support-desk)" \\`,
    `       -H 'content-type: application/json' -d '{"subject":"${anna?.subject ?? ""}","purpose":"service-support"}'`,
    ...importHint(dataFolder, pnpm),
    "",
  ].join("\n");
}

/** Started by npx, pnpm is not on the reader's path. `run`, because `pnpm token` alone is pnpm's own command. */
export const pnpmOf = (env: NodeJS.ProcessEnv): string => (/[\\/]_npx[\\/]/.test(env["npm_execpath"] ?? "") ? "npx --yes pnpm@12" : "pnpm");

/** For root below a directory that is closed to others, the data is not where one would look for it. */
function dataHint(postgresFolder: string): string[] {
  const place = dataPlaceOf(postgresFolder);
  return place === postgresFolder ? [] : [`  PostgreSQL data ${place}`];
}

function importHint(dataFolder: string, pnpm: string): string[] {
  const file = join(dataFolder, "online_retail.csv.gz");
  if (!existsSync(file)) return [];
  return [
    "  3. Bring in 541,909 lines of a real shop:",
    `     ${pnpm} crm import ${file} --mapping services/crm/mappings/online-retail.yaml`,
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()).join("\n");
}
