/** A receipt that a person can read: what the signed file says, in words. */
import type { Html } from "./html.ts";
import { html } from "hono/html";
import { z } from "zod";
import type { Words } from "../i18n/words.ts";
import { nothing } from "./html.ts";
import { icon } from "./icon.ts";
import { layout, type Frame } from "./layout.ts";
import { fact, pageHead, tags } from "./parts.ts";

export type ReceiptPage = { id: string; content: Record<string, unknown>; keysAddress: string };

/** The parts of the record that are told in words; everything else stands in the file as it is. */
const Told = z.object({
  "dct:created": z.string(),
  "dpv:hasRecordOfActivity": z.tuple([
    z.object({
      "dpv:hasDataController": z.array(
        z.object({ "schema:legalName": z.string(), "schema:address": z.string(), "dpv:hasContact": z.string() }),
      ),
      "dpv:hasProcess": z.tuple([
        z.object({
          "dpv:hasPurpose": z.tuple([z.object({ "@id": z.string() })]),
          "dpv:hasPersonalData": z.array(z.object({ "@id": z.string() })),
        }),
      ]),
      "dpv:hasNotice": z.tuple([z.object({ "dct:hasVersion": z.string() })]),
    }),
  ]),
});

export function receiptPage(frame: Frame, page: ReceiptPage): Html {
  const { words } = frame;
  const told = Told.safeParse(page.content);
  const body = html`${pageHead(words.t("receipt.title"), words.t("receipt.lead"))}
    <article class="card receipt">
      <dl class="facts">
        ${told.success ? record(frame, told.data) : nothing}${fact(words.t("receipt.id"), html`<code>${page.id}</code>`)}
      </dl>
      <p class="receipt-acts">
        <a class="act" href="/receipts/${page.id}.jws" download>${icon("receipt")}${words.t("receipt.download")}</a
        ><a href="/choices">${words.t("receipt.back")}</a>
      </p>
      <p class="hint">${words.t("receipt.verify", { address: page.keysAddress })} ${words.t("receipt.print")}</p>
      <details>
        <summary>${words.t("receipt.everything")}</summary>
        <pre
          tabindex="0"
          role="region"
          aria-label="${words.t("receipt.everything")}"
        ><code lang="en">${JSON.stringify(page.content, null, 2)}</code></pre>
      </details>
    </article>`;
  return layout(frame, { title: words.t("receipt.title"), current: "choices", body });
}

function record({ words, names }: Frame, told: z.output<typeof Told>): Html {
  const [activity] = told["dpv:hasRecordOfActivity"];
  const [process] = activity["dpv:hasProcess"];
  const [purpose] = process["dpv:hasPurpose"];
  const [notice] = activity["dpv:hasNotice"];
  return html`${fact(words.t("receipt.purpose"), names.purpose(purpose["@id"]))}
  ${fact(words.t("choice.categories"), tags(process["dpv:hasPersonalData"].map((category) => names.category(category["@id"]))))}
  ${fact(words.t("receipt.controller"), controllers(activity["dpv:hasDataController"]))}
  ${fact(words.t("receipt.notice"), noticeVersion(words, notice["dct:hasVersion"]))}
  ${fact(words.t("receipt.issued"), words.dateTime(told["dct:created"]))}`;
}

const noticeVersion = (words: Words, version: string): string => words.t("choice.notice.version", { date: words.date(version) });

const controllers = (all: readonly { "schema:legalName": string; "schema:address": string; "dpv:hasContact": string }[]): Html =>
  html`${all.map((one) => html`<span class="controller">${one["schema:legalName"]}, ${one["schema:address"]}, ${one["dpv:hasContact"]}</span>`)}`;
