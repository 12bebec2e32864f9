/** What the door needs from its environment for each cell, beside what every service needs. */
import { SigningKey } from "@behest/runtime/env-values";
import { z } from "zod";

/** `Behest <privacy@example.com>`, or the address alone. */
const From = z.string().transform((text, context): MailFrom => {
  const [, name, bracketed, bare] = /^(?:([^<>]{0,100}?)\s*<([^\s<>@]+@[^\s<>@]+)>|([^\s<>@]+@[^\s<>@]+))$/.exec(text.trim()) ?? [];
  const address = bracketed ?? bare;
  if (address !== undefined) return { name: name ?? "", address };
  context.addIssue({ code: "custom", message: "must be an e-mail address, or a name and an address in angle brackets" });
  return z.NEVER;
});
export type MailFrom = { name: string; address: string };

export const recordsEnvironment = {
  CHECKPOINT_DIR: z.string().min(1),
  CHECKPOINT_KEY: SigningKey,
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: "must be an smtp(s) address" }),
  MAIL_FROM: From,
};
export type RecordsSettings = z.output<z.ZodObject<typeof recordsEnvironment>>;
