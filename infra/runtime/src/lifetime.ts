/** From start to a clean end: listen, say ready, drain on a signal. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Cell, ServiceName } from "@behest/contracts/ids";
import { EnvironmentError } from "./env.ts";
import type { Log } from "./log.ts";
import { StartRefused } from "./start-refused.ts";
import { startTelemetry } from "./telemetry-start.ts";

export type CellServer = {
  cell: Cell;
  host: string;
  port: number;
  handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Called when no request is left: stop jobs, close the database. */
  stop: () => Promise<void>;
};
/** For the readiness of the apps: true from the first signal on. */
export type Life = { draining: () => boolean };
export type ServiceOptions = { service: ServiceName; start: (life: Life) => Promise<CellServer[]>; log: Log };

const drainMsMax = 10_000;
const headersMsMax = 10_000;
const requestMsMax = 60_000;
/** Longer than a load balancer keeps an idle connection (60 s is usual): the one who sends must be the one who closes. */
const keepAliveMs = 65_000;

/** Never returns control of the process: it ends with code 0 after a drained SIGTERM or SIGINT, with 1 after anything else. */
export async function runService({ service, start, log }: ServiceOptions): Promise<void> {
  let first: string | undefined;
  const draining = () => first !== undefined;
  const die = (message: string) => (error: unknown) => {
    // What is found out only after listening, such as a stop log that does not fit, is no bug: the line says what to do.
    if (error instanceof StartRefused) log.fatal(...explain(service, error));
    else log.fatal({ err: error }, message);
    process.exit(1);
  };
  process.on("unhandledRejection", die("unhandled rejection"));
  process.on("uncaughtException", die("uncaught exception"));
  try {
    const telemetry = await startTelemetry({ service, endpoint: process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] });
    const cells = await start({ draining });
    const servers = await Promise.all(cells.map((cell) => listen(cell, draining)));
    const end = (signal: string) => {
      // The same again: at once. Ctrl-C in a terminal reaches us and our starter, whose own SIGTERM then follows: that is not asking twice.
      if (first === signal) process.exit(1);
      if (draining()) return;
      first = signal;
      log.info({ signal }, "draining");
      void drain(servers, cells)
        .then(telemetry.stop)
        .then(() => process.exit(0), die("could not drain"));
    };
    process.on("SIGTERM", end);
    process.on("SIGINT", end);
    log.info({ cells: cells.map(({ cell }) => cell), ports: servers.map(portOf) }, "ready");
  } catch (error) {
    log.fatal(...explain(service, error));
    process.exit(1);
  }
}

function listen(cell: CellServer, isDraining: () => boolean): Promise<Server> {
  const server = createServer(
    { headersTimeout: headersMsMax, requestTimeout: requestMsMax, keepAliveTimeout: keepAliveMs },
    (request, response) => {
      if (isDraining()) response.setHeader("connection", "close");
      // Without this a kept-alive connection holds the drain until its own time-out.
      response.once("close", () => isDraining() && setImmediate(() => server.closeIdleConnections()));
      cell.handler(request, response);
    },
  );
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(cell.port, cell.host, () => resolve(server));
  });
}

async function drain(servers: readonly Server[], cells: readonly CellServer[]): Promise<void> {
  const timer = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), drainMsMax);
  await Promise.all(
    servers.map((server) => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      return closed;
    }),
  );
  clearTimeout(timer);
  await Promise.all(cells.map(({ stop }) => stop()));
}

/** What the operator can mend is said in one line; anything else comes with its frames. */
function explain(service: string, error: unknown): [Record<string, unknown>, string] {
  if (error instanceof EnvironmentError) return [{}, error.message];
  if (error instanceof StartRefused) return [{}, `${service} can't start: ${error.message}`];
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? error.port : undefined;
    return [{ port }, `${service} can't start: port ${String(port)} is already in use`];
  }
  return [{ err: error }, `${service} can't start`];
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === "object" && address ? address.port : undefined;
}
