/** The secret in an unsubscribe link. Whoever holds it can stop one purpose for one person, and do nothing else. */
import { createHash, randomBytes } from "node:crypto";

/** 256 bits, base64url: nobody guesses one. */
export const newUnsubscribeToken = (): string => randomBytes(32).toString("base64url");

/** SHA-256, hex. A plain hash is enough for a secret of full entropy. */
export const hashOfToken = (token: string): string => createHash("sha256").update(token, "utf8").digest("hex");

/** RFC 8058 § 3.1: both headers, and the message must be signed with DKIM over both by whoever sends it. */
export const unsubscribeHeaders = (url: string): Record<string, string> => ({
  "List-Unsubscribe": `<${url}>`,
  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
});
