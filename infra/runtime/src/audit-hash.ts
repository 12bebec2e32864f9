/** The one hash of the chains. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { ChainJson } from "./audit-content.ts";

/** What the first row of a shard names as the hash before it, and what a heads row holds before any row: 32 zero bytes. */
export const genesisHash = Buffer.alloc(32);

/** SHA-256 of one canonical JSON array (RFC 8785): no two rows share a text. `previousHash` in hex. */
export function hashOfContent(previousHash: string, content: Readonly<Record<string, ChainJson>>): Buffer {
  const text = canonicalize(["behest-chain-1", previousHash, content]);
  if (text === undefined) throw new Error("a row that has no canonical form");
  return createHash("sha256").update(text).digest();
}
