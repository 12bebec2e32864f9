/** Reads a JSON body up to a limit; nothing beyond it is kept. */
import { Problem } from "@behest/contracts/problem";
import type { RawBody } from "./parse.ts";

export const bodyBytesDefault = 100_000;

/** Throws Problem `body_too_large` or `unsupported_media_type`. */
export async function readBody(request: Request, bodyBytesMax: number): Promise<RawBody> {
  if (!request.body || request.method === "GET" || request.method === "HEAD") return { kind: "absent" };
  if (Number(request.headers.get("content-length") ?? 0) > bodyBytesMax)
    throw new Problem("body_too_large", { detail: `At most ${bodyBytesMax} bytes.` });
  const bytes = await readUpTo(request.body, bodyBytesMax).catch(brokenOff);
  if (bytes.length === 0) return { kind: "absent" };
  if (!isJson(request.headers.get("content-type"))) throw new Problem("unsupported_media_type");
  return parseJson(bytes);
}

async function readUpTo(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > bytesMax) throw new Problem("body_too_large", { detail: `At most ${bytesMax} bytes.` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A caller who hangs up in the middle is no fault of ours. */
function brokenOff(error: unknown): never {
  throw error instanceof Problem ? error : new Problem("malformed", { detail: "The body broke off." }, error);
}

const isJson = (contentType: string | null): boolean => /^application\/json\s*(;.*)?$/i.test(contentType ?? "");

function parseJson(bytes: Uint8Array): RawBody {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return { kind: "json", value };
  } catch {
    return { kind: "broken" };
  }
}
