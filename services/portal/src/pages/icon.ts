/** Small drawings beside words. They say nothing that the words don't, so they are hidden from screen readers. */
import { html, raw } from "hono/html";
import type { Html } from "./html.ts";

const strokes = {
  yes: "M4.5 12.5l5 5 10-11",
  no: "M6 6l12 12M18 6L6 18",
  wait: "M12 6.5V12l3.5 2.5M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  ask: "M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 1.9M12 17.2v.1M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  told: "M12 11v5.5M12 7.6v.1M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  choice: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  stored:
    "M4 6.5C4 5 7.6 4 12 4s8 1 8 2.5S16.4 9 12 9 4 8 4 6.5zM4 6.5v11C4 19 7.6 20 12 20s8-1 8-2.5v-11M4 12c0 1.5 3.6 2.5 8 2.5s8-1 8-2.5",
  look: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.3a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4",
  receipt: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  arrow: "M5 12h14M13 6l6 6-6 6",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5L20 20",
} as const;
export type IconName = keyof typeof strokes;

export const icon = (name: IconName): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${raw(strokes[name])}" /></svg>`;

/** The mark's drawing alone, large and quiet, for the head of the first page. */
export const ring: Html = html`<svg class="ring" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
  <path d="M27.5 12.2A11 11 0 1 0 31 20M20 14.5v11" />
  <circle cx="29.3" cy="14.6" r="2.6" />
</svg>`;

/** The mark: a door ajar in a ring, with its one keeper. */
export const mark: Html = html`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
  <rect class="mark-ground" width="40" height="40" rx="11" />
  <path class="mark-ring" d="M27.5 12.2A11 11 0 1 0 31 20" />
  <circle class="mark-keeper" cx="29.3" cy="14.6" r="2.6" />
  <path class="mark-ring" d="M20 14.5v11" />
</svg>`;
