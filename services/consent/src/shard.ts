/** Which of the 256 shards a subject's events are in. Part of the stored format: the database checks the same rule. */
import { createHash } from "node:crypto";

/** The first byte of sha256 over the subject id (UTF-8): 0 to 255, stable for ever. */
export function shardOf(subject: string): number {
  return createHash("sha256").update(subject, "utf8").digest().readUInt8(0);
}

/** `<epoch>:<shard>:<position>` */
export const revisionOf = (epoch: number, shard: number, position: number): string => `${epoch}:${shard}:${position}`;

export type RevisionParts = { epoch: number; shard: number; position: number };
/** A revision that the contract's schema accepted. */
export function revisionParts(revision: string): RevisionParts {
  const [epoch = "", shard = "", position = ""] = revision.split(":");
  return { epoch: Number(epoch), shard: Number(shard), position: Number(position) };
}
