/** Files of `.local`: private to their owner, written whole or not at all. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { StartFailure } from "./start-failure.ts";

export type LocalFiles = {
  lock: string;
  secrets: string;
  people: string;
  stack: string;
  demo: string;
  logs: string;
  mailbox: string;
  postgres: string;
  cells: string;
};

export function localFilesOf(folder: string): LocalFiles {
  return {
    lock: join(folder, "lock.json"),
    secrets: join(folder, "secrets.json"),
    people: join(folder, "people.json"),
    stack: join(folder, "stack.json"),
    demo: join(folder, "demo.json"),
    logs: join(folder, "log"),
    mailbox: join(folder, "mailbox"),
    postgres: join(folder, "postgres"),
    cells: join(folder, "cells"),
  };
}

/** Mode 0600, and by rename: a reader never sees half a file, a crash never leaves one. */
export function writePrivateJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Undefined where there is no such file. @throws StartFailure when it can't be used */
export function readPrivateJson<S extends z.ZodType>(file: string, schema: S): z.output<S> | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = schema.safeParse(jsonOf(file));
  if (!parsed.success) throw new StartFailure(`${file} is not as start writes it: mend it, or start over with --fresh`, parsed.error);
  return parsed.data;
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Everything but the lock, which the caller holds. */
export function removeLocalData(files: LocalFiles): void {
  for (const path of [files.secrets, files.people, files.stack, files.demo, files.logs, files.mailbox, files.postgres, files.cells])
    rmSync(path, { recursive: true, force: true });
}
