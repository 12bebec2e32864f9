/** Signs receipts (JWS compact, ES256) and publishes the key that verifies them. */
import { CompactSign, calculateJwkThumbprint, importJWK } from "jose";
import { z } from "zod";

/** A P-256 private key as JWK (RFC 7518 § 6.2). */
export const ReceiptKey = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: z.string(), y: z.string(), d: z.string() });

export type ReceiptSigner = {
  sign(content: Record<string, unknown>): Promise<string>;
  /** The JWK set: public halves only. */
  keys: readonly Record<string, string>[];
};

/** The key id is the key's RFC 7638 thumbprint, so a verifier can tell a new key from an old one. */
export async function receiptSigner(privateJwk: z.infer<typeof ReceiptKey>): Promise<ReceiptSigner> {
  const { d: _private, ...publicJwk } = privateJwk;
  const kid = await calculateJwkThumbprint(publicJwk);
  const key = await importJWK(privateJwk, "ES256");
  return {
    sign: (content) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(content)))
        .setProtectedHeader({ alg: "ES256", kid, typ: "consent-receipt+json" })
        .sign(key),
    keys: [{ ...publicJwk, kid, alg: "ES256", use: "sig" }],
  };
}
