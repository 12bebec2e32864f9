/** The mailbox to look at: a list, and one mail. */
import { html } from "hono/html";
import { page } from "../page.ts";
import type { Message } from "./messages.ts";

export function listPage(messages: readonly Message[]): string {
  const body = html`<section class="card">
      <h1>Mailbox</h1>
      <p class="quiet">Every mail that the local stack sends ends up here and nowhere else. Newest first; reload to see more.</p>
      ${
        messages.length === 0
          ? html`<p>No mail yet.</p>`
          : html`<ul class="plain">
              ${messages.map(
                (message) =>
                  html`<li>
                    <a href="/messages/${message.id}">${message.subject === "" ? "(no subject)" : message.subject}</a
                    ><span class="quiet"
                      >to ${message.envelope.to.join(", ")} ·
                      <time datetime="${message.receivedAt}">${shown(message.receivedAt)}</time></span
                    >
                  </li>`,
              )}
            </ul>`
      }
    </section>
    ${messages.length === 0 ? "" : html`<form method="post" action="/clear"><button type="submit">Delete all mails</button></form>`}`;
  return page({ language: "en", title: "Mailbox", body });
}

export function messagePage(message: Message): string {
  const body = html`<p><a href="/">All mails</a></p>
    <article class="card">
      <h1>${message.subject === "" ? "(no subject)" : message.subject}</h1>
      <dl>
        <dt>From</dt>
        <dd>${message.from}</dd>
        <dt>To</dt>
        <dd>${message.to.join(", ")}</dd>
        <dt>Delivered to</dt>
        <dd>${message.envelope.to.join(", ")}</dd>
        <dt>Received</dt>
        <dd><time datetime="${message.receivedAt}">${shown(message.receivedAt)}</time></dd>
      </dl>
      ${message.text === "" ? html`<p class="quiet">This mail has no text part.</p>` : html`<pre>${message.text}</pre>`}
      ${
        message.html === null
          ? ""
          : html`<details>
              <summary>As the mail program would show it</summary>
              <iframe src="/messages/${message.id}/html" sandbox title="HTML part of the mail"></iframe>
            </details>`
      }
      <details>
        <summary>Headers</summary>
        <dl>
          ${message.headers.map(
            (header) =>
              html`<dt>${header.name}</dt>
                <dd>${header.value}</dd>`,
          )}
        </dl>
      </details>
      <p class="quiet"><a href="/messages/${message.id}/source">Source (.eml)</a></p>
    </article>`;
  return page({ language: "en", title: message.subject, body });
}

const shown = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
