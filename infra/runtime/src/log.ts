/** One JSON line per event on standard output. Personal data and secrets never get in: fields with such names are cut out at any depth. */
import { pino, type DestinationStream } from "pino";
import { describeError } from "./describe-error.ts";

export const logLevels = ["debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

type Write = (fields: Record<string, unknown>, message: string) => void;
/** The message is a constant, data goes into fields. An `error` line means that someone must act. */
export type Log = { debug: Write; info: Write; warn: Write; error: Write; fatal: Write };

const hidden = new Set([
  "authorization",
  "cookie",
  "set-cookie",
  "token",
  "access_token",
  "accesstoken",
  "id_token",
  "idtoken",
  "secret",
  "clientsecret",
  "client_secret",
  "password",
  "key",
  "email",
  "phone",
  "address",
  "contactpoint",
  "contact_point",
  "contactpoints",
  "value",
  "body",
  "parameters",
  "params",
  "birthyear",
  "birth_year",
]);
const depthMax = 6;

export function createLog(service: string, level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: redactFields },
  };
  const logger = destination ? pino(options, destination) : pino(options);
  const write =
    (at: Exclude<LogLevel, "silent">): Write =>
    (fields, message) =>
      logger[at](fields, message);
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error"), fatal: write("fatal") };
}

function redactFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, hidden.has(name.toLowerCase()) ? "[hidden]" : redact(value, depth + 1)]),
  );
}

function redact(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > depthMax) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return redactFields({ ...value }, depth);
}
