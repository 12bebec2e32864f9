/** My choices: every purpose, what it means, and what the person decided. Nothing is ticked beforehand. */
import type { Choice } from "@behest/contracts/consent";
import { html } from "hono/html";
import type { MessageKey, Words } from "../i18n/words.ts";
import type { ContactPoints } from "./choice-answers.ts";
import { cardId, choiceCard } from "./choice-card.ts";
import { choiceGroups, groupOf, type ChoiceGroup } from "./choice-state.ts";
import { nothing, type Html } from "./html.ts";
import { layout, type Frame } from "./layout.ts";
import { errorSummary, pageHead, type FormFault } from "./parts.ts";

export type ChoicesPage = {
  choices: readonly Choice[];
  contactPoints: ContactPoints;
  /** What was just decided, told on the card it belongs to. */
  saved?: { purpose: string; message: MessageKey } | undefined;
  fault?: (FormFault & { purpose: string }) | undefined;
};

export function choicesPage(frame: Frame, page: ChoicesPage): Html {
  const { words } = frame;
  const grouped = Map.groupBy(page.choices, groupOf);
  const shown = choiceGroups.filter((group) => (grouped.get(group) ?? []).length > 0);
  const body = html`${page.fault === undefined ? nothing : errorSummary(words, [page.fault])}
    ${pageHead(words.t("choices.title"), words.t("choices.lead"))}
    <div class="with-contents">
      ${contents(words, shown, grouped)}
      <div class="groups">${shown.map((group) => section(frame, group, grouped.get(group) ?? [], page))}</div>
    </div>`;
  return layout(frame, { title: words.t("choices.title"), current: "choices", error: page.fault !== undefined, body });
}

const contents = (words: Words, shown: readonly ChoiceGroup[], grouped: ReadonlyMap<ChoiceGroup, readonly Choice[]>): Html =>
  html`<nav class="contents" aria-label="${words.t("choices.contents")}">
    <ul>
      ${shown.map(
        (group) =>
          html`<li>
            <a href="#group-${group}"
              ><span>${words.t(`choices.group.${group}`)}</span
              ><span class="count">${words.number(grouped.get(group)?.length ?? 0)}</span></a
            >
          </li>`,
      )}
    </ul>
  </nav>`;

function section(frame: Frame, group: ChoiceGroup, choices: readonly Choice[], page: ChoicesPage): Html {
  const { words } = frame;
  return html`<section class="group" aria-labelledby="group-${group}">
    <h2 id="group-${group}">${words.t(`choices.group.${group}`)}</h2>
    <p class="group-lead">${words.t(`choices.group.${group}.lead`)}</p>
    ${choices.map((choice) =>
      choiceCard(frame, choice, {
        contactPoints: page.contactPoints,
        saved: page.saved?.purpose === choice.purpose ? page.saved.message : undefined,
        fault: page.fault?.purpose === choice.purpose && page.fault.field !== cardId(choice.purpose) ? page.fault : undefined,
      }),
    )}
  </section>`;
}
