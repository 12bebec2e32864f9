/** Sends rows to PostgreSQL's COPY, no faster than it takes them. */
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Writable } from "node:stream";
import type { CellStore } from "./cell-store.ts";

const bufferCharactersMax = 64 * 1024;

export type CopySink = {
  /** Text as it is, null, or a number. */
  write: (row: readonly (string | number | null)[]) => Promise<void>;
  end: () => Promise<void>;
  /** Throws the rows away. */
  abort: () => Promise<void>;
};

/** `into`: table and columns, as SQL of our own. */
export async function copySink({ sql, lost }: CellStore, into: string): Promise<CopySink> {
  const stream: Writable = await sql.unsafe(`copy ${into} from stdin`).writable();
  const ended = finished(stream, { signal: lost });
  // Looked at in end() or by the next write; until then it is nobody's unhandled rejection.
  ended.catch(() => undefined);
  let buffer = "";
  const flush = async (): Promise<void> => {
    lost.throwIfAborted();
    const text = buffer;
    buffer = "";
    if (!stream.write(text)) await Promise.race([once(stream, "drain"), ended]);
  };
  return {
    write: async (row) => {
      buffer += `${row.map(encode).join("\t")}\n`;
      if (buffer.length >= bufferCharactersMax) await flush();
    },
    end: async () => {
      if (buffer !== "") await flush();
      stream.end();
      await ended;
    },
    abort: async () => {
      if (!lost.aborted) stream.destroy(new Error("the rows are not wanted any more"));
      await ended.catch(() => undefined);
    },
  };
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function encode(value: string | number | null): string {
  if (value === null) return "\\N";
  if (typeof value === "number") return String(value);
  return value.replaceAll(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}
