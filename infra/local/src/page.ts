/** The frame of the local stack's own pages: strict CSP, no script, light and dark, readable on a phone. */
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";

export type Markup = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #fff; --ink: #17202b; --quiet: #556270; --line: #d5dbe2; --accent: #0b5cad; --on-accent: #fff; --bad: #a3161c; --bad-paper: #fdecec; }
@media (prefers-color-scheme: dark) { :root { --paper: #10151b; --card: #19212a; --ink: #e8edf3; --quiet: #a6b2bf; --line: #36424f; --accent: #6db3ff; --on-accent: #0b1622; --bad: #ff9d9d; --bad-paper: #3a1a1d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
main.narrow { max-width: 27rem; }
header.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; align-items: baseline; margin-bottom: 1.5rem; }
.mark { font-weight: 700; letter-spacing: .02em; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; margin-bottom: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1rem; margin: 0 0 .25rem; } p { margin: 0 0 1rem; }
.quiet { color: var(--quiet); font-size: .9rem; }
label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: .4rem; padding: .6rem .7rem; }
button { font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: .4rem; padding: .65rem 1.2rem; margin-top: 1.25rem; cursor: pointer; }
button.wide { width: 100%; }
a { color: var(--accent); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { background: var(--bad-paper); color: var(--bad); border-radius: .4rem; padding: .6rem .8rem; margin: 1rem 0 0; }
ul.plain { list-style: none; margin: .75rem 0 0; padding: 0; } ul.plain li { border-top: 1px solid var(--line); padding: .6rem 0; display: flex; flex-wrap: wrap; gap: 0 .75rem; justify-content: space-between; }
nav.languages { display: flex; flex-wrap: wrap; gap: .25rem .9rem; font-size: .9rem; } nav.languages [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; font-size: .9rem; overflow-wrap: anywhere; } dt { color: var(--quiet); } dd { margin: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .95rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; margin: 0; }
iframe { width: 100%; height: 32rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; }
details { margin-top: 1rem; }
`;
const styleHash = createHash("sha256").update(style).digest("base64");

/** `formTargets`: where a form's answer may lead besides here. A redirect after a form counts too, so the client's own address must be among them. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [
      "default-src 'none'", `style-src 'sha256-${styleHash}'`, "frame-src 'self'", `form-action 'self' ${formTargets.join(" ")}`.trim(), "base-uri 'none'", "frame-ancestors 'none'",
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
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Behest</title>
<style>${raw(style)}</style>
</head>
<body>
<main class="${narrow === true ? "narrow" : "broad"}">
<header class="top"><span class="mark">Behest</span>${aside ?? ""}</header>
${body}
</main>
</body>
</html>
`;
  // hono/html gives a promise only when a part of the page is one; none is here.
  if (text instanceof Promise) throw new Error("a page must not wait for its parts");
  return text.toString();
}
