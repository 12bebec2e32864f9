/** What `pnpm start` may be told by its environment and arguments. A variable it doesn't know is an error, not a surprise later. */
import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { type Cell, cells } from "@behest/contracts/ids";
import { logLevels } from "@behest/runtime/log";
import { addressesOf, portBaseDefault, portSpan, unreachableOf } from "./addresses.ts";
import { StartFailure } from "./start-failure.ts";

export type Settings = {
  /** The repository's root. */
  root: string;
  /** Where data, keys and logs lie. */
  folder: string;
  portBase: number;
  fresh: boolean;
  /** Owner URLs of databases elsewhere; a cell that isn't here lives in the embedded PostgreSQL. */
  databaseUrls: Partial<Record<Cell, string>>;
  /** Folder with real data to try, if there is one. */
  dataFolder: string;
};

const known: Record<string, string> = {
  BEHEST_PORT_BASE: `first of ${portSpan} ports (${portBaseDefault})`,
  BEHEST_LOCAL: "folder for data, keys and logs (.local)",
  BEHEST_DATA: "folder with files to import (../shared/data)",
};

/** @throws StartFailure naming every variable or argument that can't be used. */
export function readSettings(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const faults: string[] = [];
  for (const arg of args) if (arg !== "--fresh") faults.push(`${arg} is not an argument of start; it knows --fresh`);
  for (const name of Object.keys(env)) {
    if (name.startsWith("BEHEST_") && !Object.hasOwn(known, name))
      faults.push(`${name} is not known; start knows ${Object.keys(known).join(", ")}`);
  }
  const settings: Settings = {
    root,
    folder: folderOf(root, env["BEHEST_LOCAL"], ".local"),
    portBase: portBaseOf(env["BEHEST_PORT_BASE"], faults),
    fresh: args.includes("--fresh"),
    databaseUrls: databaseUrlsOf(env, faults),
    dataFolder: folderOf(root, env["BEHEST_DATA"], "../shared/data"),
  };
  if (env["BEHEST_DATA"] && !existsSync(settings.dataFolder)) faults.push(`BEHEST_DATA: there is no folder ${settings.dataFolder}`);
  // The services would refuse it as well, but one after the other and later.
  const level = env["LOG_LEVEL"];
  if (level && !logLevels.some((candidate) => candidate === level))
    faults.push(`LOG_LEVEL must be one of ${logLevels.join(", ")}, not "${level}"`);
  // New keys would not open what the database still holds under the old ones.
  if (settings.fresh && Object.keys(settings.databaseUrls).length > 0)
    faults.push("--fresh deletes only .local: take it away, or unset DATABASE_URL_* and empty those databases yourself");
  if (faults.length > 0) throw new StartFailure(faults.join("\n"));
  return settings;
}

const folderOf = (root: string, given: string | undefined, otherwise: string): string => {
  const folder = given === undefined || given === "" ? otherwise : given;
  return isAbsolute(folder) ? folder : resolve(root, folder);
};

function portBaseOf(given: string | undefined, faults: string[]): number {
  if (given === undefined || given === "") return portBaseDefault;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (port < 1024 || port + portSpan > 65_536)
    faults.push(`BEHEST_PORT_BASE must be a port from 1024 to ${65_536 - portSpan}, not "${given}"`);
  for (const { port: refused, what } of unreachableOf(addressesOf(port)))
    faults.push(`BEHEST_PORT_BASE=${port}: port ${refused} (${what}) is one that browsers refuse; choose another base`);
  return port;
}

function databaseUrlsOf(env: NodeJS.ProcessEnv, faults: string[]): Partial<Record<Cell, string>> {
  const urls: Partial<Record<Cell, string>> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("DATABASE_URL_") || value === undefined || value === "") continue;
    const cell = cells.find((candidate) => name === `DATABASE_URL_${candidate.toUpperCase()}`);
    if (cell === undefined) faults.push(`${name} names no cell; cells are ${cells.join(", ")}`);
    // The value holds a password: it is never repeated in a message.
    else if (!isPostgresUrl(value)) faults.push(`${name} must be postgres://owner:password@host:port/database`);
    else urls[cell] = value;
  }
  return urls;
}

function isPostgresUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== "" && url.username !== "" && url.pathname.length > 1;
}
