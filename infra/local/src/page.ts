/** The frame of the local stack's own pages: strict CSP, no script, light and dark, readable on a phone. */
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";

export type Markup = ReturnType<typeof html>;

const style = `
/* The privacy centre's colours, so that signing in doesn't look like leaving it. */
:root { color-scheme: light dark; --ground: #f4f7f6; --surface: #fff; --ink: #10201e; --soft: #49595a; --line: #cfdad7; --edge: #7d8f8c; --brand: #0b5750; --on-brand: #fff; --fault: #b3261e; --fault-wash: #fdeceb; --glow: #f5b83d;
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
:lang(ja) { --sans: "Hiragino Sans", "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", sans-serif; }
:lang(zh-CN) { --sans: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1514; --surface: #14201e; --ink: #e8f0ee; --soft: #a9bab7; --line: #2c3d3a; --edge: #77908b; --brand: #7fd6c6; --on-brand: #05201c; --fault: #ffaaa3; --fault-wash: #3d1715; --glow: #b07a00; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.0625rem/1.6 var(--sans); }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
main.narrow { max-width: 28rem; }
header.top { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: center; margin-bottom: 1.5rem; }
.name { display: flex; align-items: center; gap: .6rem; font-weight: 680; letter-spacing: -.01em; }
.mark { width: 2rem; height: 2rem; } .mark-ground { fill: #0b5750; } .mark-ring { fill: none; stroke: #fff; stroke-width: 3.2; stroke-linecap: round; } .mark-keeper { fill: #f5b83d; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 1.75rem; margin-bottom: 1rem; box-shadow: 0 1px 2px rgb(16 32 30 / 6%); }
h1 { font-size: 1.7rem; font-weight: 680; line-height: 1.25; letter-spacing: -.018em; margin: 0 0 .5rem; overflow-wrap: anywhere; } h2 { font-size: 1.0625rem; margin: 0 0 .25rem; } p { margin: 0 0 1rem; }
:lang(ja) h1, :lang(zh-CN) h1 { letter-spacing: 0; }
.quiet { color: var(--soft); font-size: .9375rem; }
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: 9px; padding: .65rem .8rem; }
button { font: inherit; font-weight: 650; color: var(--on-brand); background: var(--brand); border: 0; border-radius: 9px; padding: .7rem 1.3rem; margin-top: 1.5rem; cursor: pointer; }
button.wide { width: 100%; }
a { color: var(--brand); text-underline-offset: .15em; } :focus-visible { outline: 3px solid var(--glow); outline-offset: 2px; }
.problem { background: var(--fault-wash); color: var(--fault); border-radius: 9px; padding: .7rem .9rem; margin: 1rem 0 0; }
ul.plain { list-style: none; margin: .75rem 0 0; padding: 0; } ul.plain li { border-top: 1px solid var(--line); padding: .6rem 0; display: flex; flex-wrap: wrap; gap: 0 .75rem; justify-content: space-between; align-items: baseline; }
nav.languages { display: flex; flex-wrap: wrap; gap: .25rem .9rem; font-size: .9375rem; } nav.languages [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; font-size: .9375rem; overflow-wrap: anywhere; } dt { color: var(--soft); } dd { margin: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .95rem/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; margin: 0; }
iframe { width: 100%; height: 32rem; border: 1px solid var(--line); border-radius: 9px; background: #fff; margin-top: .75rem; }
details { margin-top: 1rem; } summary { cursor: pointer; }
`;
const styleHash = createHash("sha256").update(style).digest("base64");
/** A plain text: a formatter that indents markup would change what the hash is of. */
const styleElement = raw(`<style>${style}</style>`);

const mark = html`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
  <rect class="mark-ground" width="40" height="40" rx="11" />
  <path class="mark-ring" d="M27.5 12.2A11 11 0 1 0 31 20" />
  <circle class="mark-keeper" cx="29.3" cy="14.6" r="2.6" />
  <path class="mark-ring" d="M20 14.5v11" />
</svg>`;

/** `formTargets`: where a form's answer may lead besides here. A redirect after a form counts too, so the client's own address must be among them. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [
      "default-src 'none'",
      `style-src 'sha256-${styleHash}'`,
      "frame-src 'self'",
      `form-action 'self' ${formTargets.join(" ")}`.trim(),
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}

export type Page = { language: string; title: string; narrow?: boolean; aside?: Markup | ""; body: Markup };

export function page({ language, title, narrow, aside, body }: Page): string {
  const text = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Behest</title>
        ${styleElement}
      </head>
      <body>
        <main class="${narrow === true ? "narrow" : "broad"}">
          <header class="top"><span class="name">${mark}Behest</span>${aside ?? ""}</header>
          ${body}
        </main>
      </body>
    </html> `;
  // hono/html gives a promise only when a part of the page is one; none is here.
  if (text instanceof Promise) throw new Error("a page must not wait for its parts");
  return text.toString();
}
