/** What a process said last, for whoever must find out why it died. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const LogLine = z.object({ level: z.string(), msg: z.string().optional(), err: z.object({ message: z.string() }).optional() });
const linesShown = 6;
const lettersShown = 600;

/** Indented lines, without stacks; empty when there is no log. Our services' JSON lines are told by level and message. */
export function lastWords(logFile: string): string {
  const lines = linesOf(logFile)
    .slice(-linesShown)
    .flatMap((line) => plain(line).slice(0, lettersShown).split("\n"));
  return lines.map((line) => `    ${line}`).join("\n");
}

function linesOf(logFile: string): string[] {
  try {
    return readFileSync(logFile, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  } catch {
    return [];
  }
}

function plain(line: string): string {
  const { data } = LogLine.safeParse(jsonOf(line));
  return data === undefined ? line : `${data.level}: ${[data.msg, data.err?.message].filter((part) => part !== undefined).join(": ")}`;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
