/** One click to stop: what the link would stop, and that it has (RFC 8058). Nobody need sign in. */
import type { Channel } from "@behest/contracts/ids";
import { html } from "hono/html";
import type { Html } from "./html.ts";
import { icon } from "./icon.ts";
import { layout, type Frame } from "./layout.ts";
import { pageHead } from "./parts.ts";

export type UnsubscribePage = { token: string; link: { purpose: string; channel: Channel; stopped: boolean } };

export function unsubscribePage(frame: Frame, { token, link }: UnsubscribePage): Html {
  const { words, names } = frame;
  const what = { purpose: names.purpose(link.purpose), channel: words.t(`channel.${link.channel}`) };
  const body = link.stopped
    ? html`<div class="hero done" role="status" tabindex="-1" autofocus>
        ${icon("yes")}
        <h1>${words.t("unsubscribe.done")}</h1>
        <p class="lead">${words.t("unsubscribe.done.lead", what)}</p>
        <p class="hint">${words.t("unsubscribe.again")}</p>
      </div>`
    : html`<div class="hero">
        ${pageHead(words.t("unsubscribe.title", what), words.t("unsubscribe.lead", what))}
        <form method="post" action="/u/${token}"><button class="act">${words.t("unsubscribe.act")}</button></form>
      </div>`;
  return layout(frame, { title: words.t(link.stopped ? "unsubscribe.done" : "unsubscribe.title", what), body });
}
