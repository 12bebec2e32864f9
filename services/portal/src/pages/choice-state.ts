/** Where a purpose stands for this person: under which heading it belongs, and which sign and words say so. */
import type { Choice } from "@behest/contracts/consent";
import type { MessageKey } from "../i18n/words.ts";
import type { IconName } from "./icon.ts";

export const choiceGroups = ["ask", "yes", "no", "objection", "told"] as const;
export type ChoiceGroup = (typeof choiceGroups)[number];
export type ChoiceSign = { tone: "yes" | "no" | "ask" | "wait" | "told"; icon: IconName; label: MessageKey };

const groupOfStatus: Record<Choice["status"], ChoiceGroup> = {
  not_asked: "ask",
  expired: "ask",
  outdated: "ask",
  granted: "yes",
  unconfirmed: "yes",
  refused: "no",
  withdrawn: "no",
};
const signOfStatus: Record<Choice["status"], ChoiceSign> = {
  not_asked: { tone: "ask", icon: "ask", label: "status.not_asked" },
  granted: { tone: "yes", icon: "yes", label: "status.granted" },
  unconfirmed: { tone: "wait", icon: "wait", label: "status.unconfirmed" },
  refused: { tone: "no", icon: "no", label: "status.refused" },
  withdrawn: { tone: "no", icon: "no", label: "status.withdrawn" },
  expired: { tone: "wait", icon: "wait", label: "status.expired" },
  outdated: { tone: "wait", icon: "wait", label: "status.outdated" },
};

export function groupOf(choice: Choice): ChoiceGroup {
  if (choice.control === "none") return "told";
  if (choice.control === "consent") return groupOfStatus[choice.status];
  return choice.objected ? "no" : "objection";
}

export function signOf(choice: Choice): ChoiceSign {
  if (choice.control === "consent") return signOfStatus[choice.status];
  if (choice.objected) return { tone: "no", icon: "no", label: "status.objected" };
  return choice.allowedNow ? { tone: "told", icon: "told", label: "status.inUse" } : { tone: "no", icon: "no", label: "status.notInUse" };
}
