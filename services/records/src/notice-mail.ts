/** The mail about one decision: what was decided, when, what it means now, and where to see or change it. Nothing else, least of all advertising. */
import type { Locale } from "@behest/contracts/ids";
import type { ToldDecision } from "@behest/contracts/decision-notice";
import { say, sayInstant } from "./words.ts";

export type Notice = { decision: ToldDecision; purpose: string; purposeName: string; at: Date; timeZone: string; portalUrl: string };

export function noticeMail(locale: Locale, notice: Notice): { subject: string; text: string } {
  const { decision, purposeName: purpose, at, timeZone } = notice;
  const lines = [
    say(locale, "greeting"),
    say(locale, `decided.${decision}`, { date: sayInstant(locale, at, timeZone), purpose }),
    say(locale, `means.${decision}`),
    say(locale, "where", { url: `${notice.portalUrl}/choices#purpose-${notice.purpose}` }),
  ];
  return { subject: say(locale, `subject.${decision}`, { purpose }), text: `${lines.join("\n\n")}\n` };
}
