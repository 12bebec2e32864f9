/**
 * Where PostgreSQL's files lie when root starts it. The server runs as an unprivileged user, who can't pass a directory that is closed to
 * others (/root, what mktemp makes): then its programs are copied to, and its data kept in, a directory under /var/tmp.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The directory itself, or where its data lies instead. Nothing is created. */
export function dataPlaceOf(directory: string): string {
  return isReachable(dirname(resolve(directory))) ? directory : join(asidePath(directory), "data");
}

/** Creates the directory above the data where that lies aside. @throws Error when somebody else holds its name */
export function prepareDataPlace(directory: string): void {
  if (dataPlaceOf(directory) !== directory) claim(asidePath(directory));
}

/** The folder with the programs, or a copy of it that the server's user can enter. `native`: with bin, lib and share. */
export function programsPlaceOf(native: string): string {
  if (isReachable(native)) return native;
  const aside = asidePath(native);
  const copy = join(aside, "native");
  claim(aside);
  if (existsSync(copy)) return copy;
  // By rename, so that nobody runs half a copy.
  const draft = `${copy}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** May everybody pass each directory down to this one? Only root has to ask: another user runs the server as themselves. */
function isReachable(directory: string): boolean {
  if (process.platform === "win32" || process.getuid?.() !== 0) return true;
  for (let path = resolve(directory); ; path = dirname(path)) {
    if (existsSync(path) && (statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

function asidePath(path: string): string {
  const base = existsSync("/var/tmp") ? "/var/tmp" : tmpdir();
  return join(base, `behest-${createHash("sha256").update(resolve(path)).digest("hex").slice(0, 16)}`);
}

/** A directory of root's that others may pass and not write. /var/tmp is open to all, so one that somebody else made is not trusted. */
function claim(directory: string): void {
  if (!existsSync(directory)) mkdirSync(directory, { mode: 0o755 });
  const found = lstatSync(directory);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0)
    throw new Error(`${directory} belongs to somebody else: remove it, or start from a directory that every user may enter`);
}
