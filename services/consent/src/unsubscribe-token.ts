/**
 * The secret in an unsubscribe link. It carries what it stops, sealed under a key outside the database: so it works as long as that key does,
 * whatever happened to the rows of its message, and tells nobody who it is for. Whoever holds it can stop one purpose for one person,
 * and do nothing else.
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { type Cell, Channel, PurposeCode, SubjectId } from "@behest/contracts/ids";
import { z } from "zod";

const Target = z.strictObject({ subject: SubjectId, purpose: PurposeCode, channel: Channel });
export type UnsubscribeTarget = z.infer<typeof Target>;

const saltBytes = 16;
const tagBytes = 16;
const idBytes = 16;
/** A key of its own for each token, so no nonce is ever used twice under one. */
const nonce = Buffer.alloc(12);

/** base64url of salt, tag and ciphertext (AES-256-GCM). The same contact always gets the same token, so nothing of it need be kept. */
export function unsubscribeToken(
  commitmentKey: Buffer,
  cell: Cell,
  contact: string,
  { subject, purpose, channel }: UnsubscribeTarget,
): string {
  const salt = derived(commitmentKey, "unsubscribe-salt", contact, subject, purpose, channel).subarray(0, saltBytes);
  const cipher = createCipheriv("aes-256-gcm", keyOf(commitmentKey, salt), nonce).setAAD(Buffer.from(cell, "utf8"));
  const id = Buffer.from(subject.slice(cell.length + 1), "hex");
  const sealed = Buffer.concat([cipher.update(id), cipher.update(`${channel} ${purpose}`, "utf8"), cipher.final()]);
  return Buffer.concat([salt, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Undefined for what this cell never gave out. */
export function unsubscribeTarget(commitmentKey: Buffer, cell: Cell, token: string): UnsubscribeTarget | undefined {
  const bytes = Buffer.from(token, "base64url");
  const opened = unsealed(commitmentKey, cell, bytes);
  if (opened === undefined) return undefined;
  const [channel, purpose] = opened.subarray(idBytes).toString("utf8").split(" ");
  return Target.parse({ subject: `${cell}_${opened.subarray(0, idBytes).toString("hex")}`, purpose, channel });
}

function unsealed(commitmentKey: Buffer, cell: Cell, bytes: Buffer): Buffer | undefined {
  if (bytes.length <= saltBytes + tagBytes + idBytes) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", keyOf(commitmentKey, bytes.subarray(0, saltBytes)), nonce)
    .setAAD(Buffer.from(cell, "utf8"))
    .setAuthTag(bytes.subarray(saltBytes, saltBytes + tagBytes));
  const text = decipher.update(bytes.subarray(saltBytes + tagBytes));
  try {
    return Buffer.concat([text, decipher.final()]);
  } catch {
    return undefined; // a byte, the cell or the key differs
  }
}

const keyOf = (commitmentKey: Buffer, salt: Buffer): Buffer => derived(commitmentKey, "unsubscribe-link", salt.toString("hex"));

const derived = (commitmentKey: Buffer, ...parts: string[]): Buffer =>
  createHmac("sha256", commitmentKey).update(JSON.stringify(parts)).digest();

/** RFC 8058 § 3.1: both headers, and the message must be signed with DKIM over both by whoever sends it. */
export const unsubscribeHeaders = (url: string): Record<string, string> => ({
  "List-Unsubscribe": `<${url}>`,
  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
});
