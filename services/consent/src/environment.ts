/** What the consent service needs from its environment for each cell, beside what every service needs. */
import { z } from "zod";
import { ReceiptKey } from "./receipt-signer.ts";

const Secret = z.string().refine((text) => Buffer.from(text, "base64url").length === 32, "must be 32 bytes in base64url");
/** An ES256 private key as a JWK, in JSON. */
const PrivateKey = z.string().transform((text, context) => {
  const parsed = ReceiptKey.safeParse(fromJson(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: "custom", message: "must be a P-256 private key as a JWK in JSON" });
  return z.NEVER;
});

function fromJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export const consentEnvironment = {
  STOP_LOG_DIR: z.string().min(1),
  STOP_LOG_KEY: Secret,
  CHECKPOINT_DIR: z.string().min(1),
  CHECKPOINT_KEY: PrivateKey,
  RECEIPT_KEY: PrivateKey,
  COMMITMENT_KEY: Secret,
};
export type ConsentSecrets = z.output<z.ZodObject<typeof consentEnvironment>>;
