/** The lines that were not stored, as a file: where they stand and why, nothing of what they say. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Rejected } from "./import-run.ts";

/** Written for every import, so that an old report never passes for the newest. */
export function writeRejectsReport(path: string, rejected: readonly Rejected[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const rows = rejected.map(({ lineNumber, reason }) => `${lineNumber},"${reason.replaceAll('"', '""')}"`);
  writeFileSync(path, `${["line,reason", ...rows].join("\n")}\n`);
}
