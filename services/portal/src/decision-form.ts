/** From the form on a card to what the consent service is asked to record. Pure. */
import { ConsentInput, type Choice } from "@behest/contracts/consent";
import { z } from "zod";
import type { Words } from "./i18n/words.ts";
import { contactFieldId } from "./pages/choice-answers.ts";
import type { FormFault } from "./pages/parts.ts";

export type Decision = z.input<typeof ConsentInput>;
export type ReadDecision = { decision: Decision } | { fault: FormFault } | { unknown: true };

const Address = z.email().max(320);
const Number = z.string().regex(/^\+?[0-9][0-9 ()./-]{5,30}$/);

/** `unknown`: not a form of ours. */
export function readDecision(words: Words, choice: Choice, fields: Readonly<Record<string, string>>): ReadDecision {
  const { action, version, hash, noticeLocale, channel, contact = "" } = fields;
  const purpose = choice.purpose;
  const shown = { version, hash, locale: noticeLocale };
  if (action !== "grant")
    return parsed(action === "refuse" ? { purpose, action, notice: shown } : { purpose, action, locale: words.locale });
  if (!choice.needsContactPoint) return parsed({ purpose, action, notice: shown });
  const kind = channel === "email" ? "email" : "phone";
  if (!(kind === "email" ? Address : Number).safeParse(contact).success)
    return { fault: { field: contactFieldId(purpose), message: words.t(`error.contact.missing.${kind}`) } };
  return parsed({ purpose, action, notice: shown, contactPoint: { channel, value: contact } });
}

function parsed(input: Record<string, unknown>): ReadDecision {
  const read = ConsentInput.safeParse(input);
  return read.success ? { decision: read.data } : { unknown: true };
}
