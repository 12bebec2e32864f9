/** What somebody sees who is not signed in: what this place is for, and the way in. */
import { html } from "hono/html";
import type { MessageKey } from "../i18n/words.ts";
import { nothing, type Html } from "./html.ts";
import { icon, type IconName } from "./icon.ts";
import { layout, type Frame } from "./layout.ts";
import { band } from "./parts.ts";

export function welcomePage(frame: Frame, { signedOut }: { signedOut: boolean }): Html {
  const { words } = frame;
  const body = html`${signedOut ? html`<p class="saved" role="status">${icon("yes")}<span>${words.t("signedOut.title")}</span></p>` : nothing}
    ${band(words.t("welcome.title"), words.t("welcome.lead"), html`<a class="act" href="/sign-in">${words.t("welcome.signIn")}${icon("arrow")}</a>`)}
    <div class="promises">
      ${promise(frame, "choice", "welcome.choices", "welcome.choices.text")}${promise(frame, "stored", "welcome.stored", "welcome.stored.text")}${promise(frame, "look", "welcome.accesses", "welcome.accesses.text")}
    </div>`;
  return layout(frame, { title: words.t("welcome.title"), body });
}

const promise = ({ words }: Frame, sign: IconName, title: MessageKey, text: MessageKey): Html =>
  html`<section class="promise">
    ${icon(sign)}
    <h2>${words.t(title)}</h2>
    <p>${words.t(text)}</p>
  </section>`;
