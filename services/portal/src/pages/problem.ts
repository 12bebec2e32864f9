/** What went wrong, in words, with a way on. Says nothing of what the log knows. */
import { html } from "hono/html";
import type { Html } from "./html.ts";
import { layout, type Frame } from "./layout.ts";
import { pageHead } from "./parts.ts";

export const problemNames = [
  "not_found",
  "forbidden",
  "form_expired",
  "sign_in_failed",
  "not_linked",
  "unavailable",
  "internal",
  "link_unknown",
] as const;
export type ProblemName = (typeof problemNames)[number];

export function problemPage(frame: Frame, name: ProblemName, requestId: string): Html {
  const { words } = frame;
  const title = name === "link_unknown" ? words.t("unsubscribe.unknown") : words.t(`problem.${name}.title`);
  const text = name === "link_unknown" ? words.t("unsubscribe.unknown.lead") : words.t(`problem.${name}.text`, { request: requestId });
  const body = html`<div class="hero">${pageHead(title, text)}<a class="act" href="/">${words.t("problem.start")}</a></div>`;
  return layout(frame, { title, error: true, body });
}
