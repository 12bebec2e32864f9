/** What a page function gives back. `html` escapes every value, so a page can't put a person's text in as markup. */
import { html } from "hono/html";

export type Html = ReturnType<typeof html>;
export const nothing: Html = html``;
