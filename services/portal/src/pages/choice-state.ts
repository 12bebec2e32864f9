/** Where a purpose stands for this person: under which heading it belongs, and which sign and words say so. Pure. */
import type { Choice } from "@behest/contracts/consent";
import type { MessageKey } from "../i18n/words.ts";
import type { IconName } from "./icon.ts";

export const choiceGroups = ["ask", "yes", "no", "objection", "told"] as const;
export type ChoiceGroup = (typeof choiceGroups)[number];
export type ChoiceSign = { tone: "yes" | "no" | "ask" | "wait" | "told"; icon: IconName; label: MessageKey };

/**
 * What a person must be told apart: the answer that is recorded and whether the data is used are two things.
 * `customer`: used without a yes, as the law allows towards one's own customers. `unused`: agreed, yet not used. `idle`: may be used, yet isn't.
 */
export type Stance = Choice["status"] | "customer" | "unused" | "objected" | "lawful" | "idle" | "told" | "untold";

export function stanceOf(choice: Choice): Stance {
  const { control, status, objected, allowedNow } = choice;
  if (control === "none") return allowedNow ? "told" : "untold";
  // Agreeing lifts an objection, so one that is there is the person's last word (GDPR Art. 21).
  if (objected) return "objected";
  if (control === "consent") return allowedNow ? (status === "granted" ? "granted" : "customer") : status === "granted" ? "unused" : status;
  if (allowedNow) return "lawful";
  // Said under a law that asked for consent; a no outlasts a change of residence.
  return status === "refused" || status === "withdrawn" ? status : "idle";
}

type Standing = ChoiceSign & { group: ChoiceGroup; why?: MessageKey };
const standings: Record<Stance, Standing> = {
  not_asked: { group: "ask", tone: "ask", icon: "ask", label: "status.not_asked" },
  expired: { group: "ask", tone: "wait", icon: "wait", label: "status.expired", why: "status.expired.why" },
  outdated: { group: "ask", tone: "wait", icon: "wait", label: "status.outdated", why: "status.outdated.why" },
  granted: { group: "yes", tone: "yes", icon: "yes", label: "status.granted" },
  unconfirmed: { group: "yes", tone: "wait", icon: "wait", label: "status.unconfirmed", why: "status.unconfirmed.why" },
  unused: { group: "yes", tone: "wait", icon: "wait", label: "status.unused", why: "status.unused.why" },
  refused: { group: "no", tone: "no", icon: "no", label: "status.refused" },
  withdrawn: { group: "no", tone: "no", icon: "no", label: "status.withdrawn" },
  objected: { group: "no", tone: "no", icon: "no", label: "status.objected" },
  customer: { group: "objection", tone: "told", icon: "told", label: "status.customer", why: "status.customer.why" },
  lawful: { group: "objection", tone: "told", icon: "told", label: "status.inUse" },
  idle: { group: "objection", tone: "no", icon: "no", label: "status.notInUse" },
  told: { group: "told", tone: "told", icon: "told", label: "status.inUse" },
  untold: { group: "told", tone: "no", icon: "no", label: "status.notInUse" },
};

export const groupOf = (choice: Choice): ChoiceGroup => standings[stanceOf(choice)].group;
export const signOf = (choice: Choice): ChoiceSign => standings[stanceOf(choice)];

/** Why it stands so, where the sign alone would leave a question. */
export const whyOf = (choice: Choice): MessageKey | undefined => standings[stanceOf(choice)].why;
