/** Evidence under a key of the person's own: destroying that key makes every copy of it unreadable, in backups too once they are replayed. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

export type SubjectKey = { salt: string; key: string };

/** Fresh salt and key, base64url of 32 random bytes each. */
export const newSubjectKey = (): SubjectKey => ({
  salt: randomBytes(32).toString("base64url"),
  key: randomBytes(32).toString("base64url"),
});

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM over the value's JSON: nonce, tag, ciphertext as one base64url text. `boundTo` (the event's id) must be the same to open it. */
export function seal(commitmentKey: Buffer, key: SubjectKey, boundTo: string, value: unknown): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(commitmentKey, key), nonce).setAAD(Buffer.from(boundTo, "utf8"));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url");
}

/** What was sealed; throws when a byte, the key or the event differs. */
export function open(commitmentKey: Buffer, key: SubjectKey, boundTo: string, sealed: string): unknown {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(commitmentKey, key), bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(boundTo, "utf8"))
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  const value: unknown = JSON.parse(text.toString("utf8"));
  return value;
}

/** Half of the key lies in the database, half outside it: neither a stolen table nor a stolen environment opens anything. */
const sealingKey = (commitmentKey: Buffer, key: SubjectKey): Buffer =>
  createHmac("sha256", commitmentKey)
    .update(JSON.stringify(["evidence", key.key]))
    .digest();
