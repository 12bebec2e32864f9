/** Kinds of values in a service's environment. Faults never repeat the value: it is a secret. */
import { z } from "zod";

/** 32 bytes in base64url. */
export const SecretBytes = z.string().refine((text) => Buffer.from(text, "base64url").length === 32, "must be 32 bytes in base64url");

const PrivateKey = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: z.string(), y: z.string(), d: z.string() });

/** An ES256 private key as a JWK, in JSON. */
export const SigningKey = z.string().transform((text, context) => {
  const parsed = PrivateKey.safeParse(fromJson(text));
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
