/** What the consent service needs from its environment for each cell, beside what every service needs. */
import { SecretBytes, SigningKey } from "@behest/runtime/env-values";
import { z } from "zod";

export const consentEnvironment = {
  STOP_LOG_DIR: z.string().min(1),
  STOP_LOG_KEY: SecretBytes,
  CHECKPOINT_DIR: z.string().min(1),
  CHECKPOINT_KEY: SigningKey,
  RECEIPT_KEY: SigningKey,
  COMMITMENT_KEY: SecretBytes,
};
export type ConsentSecrets = z.output<z.ZodObject<typeof consentEnvironment>>;
