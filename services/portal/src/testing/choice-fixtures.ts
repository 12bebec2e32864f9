/** Choices as the consent service would send them: the real purposes of the policies, in every state that a card can have. */
import type { Choice } from "@behest/contracts/consent";
import type { Locale } from "@behest/contracts/ids";
import type { PurposeFile, Words as Texts } from "@behest/policies/schema";

type Standing = Pick<Choice, "status" | "control" | "objected" | "allowedNow" | "legalBasis" | "citation"> & {
  decided?: string;
  expires?: string;
};

const asked = (status: Choice["status"], more: Partial<Standing> = {}): Standing => ({
  status,
  control: "consent",
  objected: false,
  allowedNow: status === "granted",
  legalBasis: "consent",
  citation: "GDPR Art. 6(1)(a); UWG § 7(2) no. 2",
  ...more,
});
const told = (legalBasis: string, citation: string): Standing => ({
  status: "not_asked",
  control: "none",
  objected: false,
  allowedNow: true,
  legalBasis,
  citation,
});

const standings: Record<string, Standing> = {
  "order-fulfilment": told("contract", "GDPR Art. 6(1)(b)"),
  billing: told("legal-obligation", "HGB § 257(4); AO § 147(3); UStG § 14b(1)"),
  "service-support": { ...told("legitimate-interest", "GDPR Art. 6(1)(f), 21(1)"), control: "objection" },
  "marketing-email": asked("not_asked"),
  "marketing-sms": asked("refused", { decided: "2026-09-14T08:12:00.000Z" }),
  "marketing-phone": asked("unconfirmed", { decided: "2026-11-02T16:40:00.000Z" }),
  "marketing-messaging": asked("outdated", { decided: "2025-02-20T10:00:00.000Z" }),
  personalisation: asked("granted", { decided: "2026-03-03T13:02:00.000Z", expires: "2028-03-03T13:02:00.000Z" }),
  profiling: asked("withdrawn", { decided: "2026-10-30T19:25:00.000Z" }),
  analytics: {
    ...told("legitimate-interest", "GDPR Art. 6(1)(f), 21(1)"),
    control: "objection",
    objected: true,
    decided: "2026-08-01T07:00:00.000Z",
    allowedNow: false,
  },
  "sentiment-analysis": asked("not_asked"),
  "call-recording-analysis": asked("expired", { decided: "2024-11-01T09:30:00.000Z" }),
  "partner-sharing": asked("not_asked"),
  "transfer-abroad": asked("not_asked"),
};
const withoutAnswer = asked("not_asked");
/** Where the answer and the use differ: customers without a yes, a yes that doesn't hold, an objection that ended a yes. */
const apart: Record<string, Partial<Choice>> = {
  "marketing-email": { allowedNow: true },
  "marketing-sms": { status: "expired", decidedAt: "2024-11-01T09:30:00.000Z", allowedNow: true },
  personalisation: { allowedNow: false },
  profiling: { status: "withdrawn", objected: true },
  "partner-sharing": { control: "objection", legalBasis: "opt-out", status: "withdrawn", decidedAt: "2026-10-30T19:25:00.000Z" },
  analytics: { objected: false, allowedNow: false, decidedAt: null },
  "service-support": { control: "none", allowedNow: false, legalBasis: "prohibited" },
};
export const answerAndUseApart = (choice: Choice): Choice => ({ ...choice, ...apart[choice.purpose] });
const contactChannels: readonly string[] = ["marketing-email", "marketing-sms", "marketing-phone", "marketing-messaging"];

export function choiceFixtures(purposes: readonly PurposeFile[], categoryNames: ReadonlyMap<string, Texts>, locale: Locale): Choice[] {
  return purposes.map((purpose) => {
    const { decided, expires, ...standing } = standings[purpose.purpose] ?? withoutAnswer;
    return {
      purpose: purpose.purpose,
      name: purpose.name[locale],
      description: purpose.description[locale],
      benefit: purpose.benefit[locale],
      notice: { version: purpose.notice.version, hash: `sha256:${"a1".repeat(32)}`, text: purpose.notice.text[locale] },
      categories: purpose.categories.map((code) => ({ code, name: categoryNames.get(code)?.[locale] ?? code })),
      recipients: purpose.recipients.map((recipient) => recipient[locale]),
      channels: [...purpose.channels],
      lastsMonths: purpose.lastsMonths,
      ...standing,
      decidedAt: decided ?? null,
      expiresAt: expires ?? null,
      receipt: standing.status === "granted" ? "0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a0c1" : null,
      needsContactPoint: contactChannels.includes(purpose.purpose),
    };
  });
}
