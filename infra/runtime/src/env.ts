/** The environment of a service process, read once at start. Every fault is named in one message; values are never repeated, for they may be secrets. */
import { Cell, type ServiceName } from "@behest/contracts/ids";
import { z } from "zod";
import { plainFaults } from "./env-transport.ts";
import { logLevels } from "./log.ts";

const Url = z.url({ protocol: /^https?$/, error: "must be an http(s) address" }).transform((url) => url.replace(/\/$/, ""));
const Text = z.string().min(1);
const Shared = z.object({
  BEHEST_MODE: z.enum(["production", "local", "test"], { error: "must be production, local or test" }),
  BEHEST_HOST: Text.default("127.0.0.1"),
  BEHEST_CELLS: Text.transform((list) => list.split(",").map((cell) => cell.trim())).pipe(
    z.array(Cell, { error: "must be cells, comma separated, such as eu,uk" }).min(1),
  ),
  LOG_LEVEL: z.enum(logLevels).default("info"),
  OTEL_EXPORTER_OTLP_ENDPOINT: Url.optional(),
  POLICIES_DIR: Text.optional(),
});
const PerCell = z.object({
  PORT: z.coerce.number({ error: "must be a port number" }).int().min(0).max(65_535),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }),
  ISSUER: Url,
  CONSENT_URL: Url,
  RECORDS_URL: Url,
  CRM_URL: Url,
  PORTAL_URL: Url,
  CLIENT_ID: Text,
  CLIENT_SECRET: Text,
});

export type CellEnv<Extra> = {
  cell: Cell;
  port: number;
  databaseUrl: string;
  issuer: string;
  /** Base URL of each service of the same cell, without a slash at the end. */
  urls: Record<ServiceName, string>;
  clientId: string;
  clientSecret: string;
  extra: Extra;
};
export type ServiceEnv<Extra> = {
  mode: "production" | "local" | "test";
  host: string;
  logLevel: (typeof logLevels)[number];
  otlpEndpoint?: string;
  policiesDir?: string;
  cells: Array<CellEnv<Extra>>;
};

export class EnvironmentError extends Error {
  constructor(service: string, faults: readonly string[]) {
    super(`${service} can't start, its environment is not right: ${faults.join("; ")}`);
    this.name = "EnvironmentError";
  }
}

/**
 * Reads what every service needs, and for each cell `perCell` as well: a shape whose keys are variable names without the cell's suffix
 * (`{ STOP_LOG_DIR: z.string() }` reads STOP_LOG_DIR_EU). Throws one EnvironmentError naming every bad variable.
 */
export function readServiceEnv<S extends z.ZodRawShape>(
  service: ServiceName,
  perCell: S,
  source: NodeJS.ProcessEnv = process.env,
): ServiceEnv<z.output<z.ZodObject<S>>> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const shared = Shared.safeParse(given);
  const cells = [...new Set((given["BEHEST_CELLS"] ?? "").split(",").map((cell) => cell.trim()))].flatMap(
    (cell) => Cell.safeParse(cell).data ?? [],
  );
  const faults = shared.success ? [] : faultsOf(shared.error, given, "");
  if (shared.data?.BEHEST_MODE === "production" && cells.length !== 1)
    faults.push("BEHEST_CELLS must name exactly one cell in production, so that data can't cross by accident");
  const read = cells.map((cell) => readCell(cell, perCell, given, faults));
  if (shared.data?.BEHEST_MODE === "production") faults.push(...read.flatMap((cell) => (cell === undefined ? [] : plainFaults(cell))));
  if (!shared.success || faults.length > 0) throw new EnvironmentError(service, faults);
  const { BEHEST_MODE, BEHEST_HOST, LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT, POLICIES_DIR } = shared.data;
  return {
    mode: BEHEST_MODE,
    host: BEHEST_HOST,
    logLevel: LOG_LEVEL,
    ...(OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? {} : { otlpEndpoint: OTEL_EXPORTER_OTLP_ENDPOINT }),
    ...(POLICIES_DIR === undefined ? {} : { policiesDir: POLICIES_DIR }),
    cells: read.flatMap((cell) => cell ?? []),
  };
}

function readCell<S extends z.ZodRawShape>(
  cell: Cell,
  shape: S,
  given: Record<string, string | undefined>,
  faults: string[],
): CellEnv<z.output<z.ZodObject<S>>> | undefined {
  const suffix = `_${cell.toUpperCase()}`;
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, given[name + suffix]]));
  const base = PerCell.safeParse(pick(Object.keys(PerCell.shape)));
  const extra = z.object(shape).safeParse(pick(Object.keys(shape)));
  if (!base.success) faults.push(...faultsOf(base.error, given, suffix));
  if (!extra.success) faults.push(...faultsOf(extra.error, given, suffix));
  if (!base.success || !extra.success) return undefined;
  const { PORT, DATABASE_URL, ISSUER, CLIENT_ID, CLIENT_SECRET, ...rest } = base.data;
  const urls = { consent: rest.CONSENT_URL, records: rest.RECORDS_URL, crm: rest.CRM_URL, portal: rest.PORTAL_URL } satisfies Record<
    ServiceName,
    string
  >;
  return {
    cell,
    port: PORT,
    databaseUrl: DATABASE_URL,
    issuer: ISSUER,
    urls,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    extra: extra.data,
  };
}

function faultsOf(error: z.ZodError, given: Record<string, unknown>, suffix: string): string[] {
  const byName = new Map<string, string>();
  for (const issue of error.issues) {
    const name = `${String(issue.path[0])}${suffix}`;
    if (!byName.has(name)) byName.set(name, given[name] === undefined ? `${name} is missing` : `${name} ${issue.message}`);
  }
  return [...byName.values()];
}
