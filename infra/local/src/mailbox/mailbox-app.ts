/** The mailbox over HTTP: pages for people, `GET /api/messages` for tests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { pageHeaders } from "../page.ts";
import { listPage, messagePage } from "./mailbox-pages.ts";
import type { Messages } from "./messages.ts";

const loopbackNames = new Set(["127.0.0.1", "localhost", "[::1]"]);

export function mailboxApp(options: { messages: Messages; folder: string }): Hono {
  const { messages } = options;
  const app = new Hono();
  // A name that somebody lets point here would make a browser read the mails for a stranger's page (DNS rebinding): only our own names are answered.
  app.use(async (c, next) =>
    loopbackNames.has(new URL(c.req.url).hostname) ? next() : c.text("this is not the address of the mailbox", 421),
  );
  app.get("/readyz", (c) => c.json({ status: "ok", service: "mailbox" }));
  app.get("/", (c) => c.body(listPage(messages.list()), 200, pageHeaders()));
  app.get("/messages/:id", (c) => {
    const message = messages.find(c.req.param("id"));
    return message ? c.body(messagePage(message), 200, pageHeaders()) : c.notFound();
  });
  app.get("/messages/:id/html", (c) => {
    const message = messages.find(c.req.param("id"));
    if (message?.html == null) return c.notFound();
    // A stranger's markup: an opaque origin, no script, nothing fetched from anywhere.
    return c.body(message.html, 200, {
      ...pageHeaders(),
      "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
      "x-frame-options": "SAMEORIGIN",
    });
  });
  app.get("/messages/:id/source", (c) => {
    const message = messages.find(c.req.param("id"));
    if (!message) return c.notFound();
    return c.body(readFileSync(join(options.folder, `${message.id}.eml`), "utf8"), 200, {
      ...pageHeaders(),
      "content-type": "text/plain; charset=utf-8",
    });
  });
  app.get("/api/messages", (c) => {
    const to = c.req.query("to");
    const found = messages.list().filter((message) => to === undefined || message.envelope.to.includes(to));
    return c.json({ messages: found });
  });
  app.post("/clear", (c) => {
    // Another site's form could post here: browsers say where a form stood.
    const site = c.req.header("sec-fetch-site");
    if (site !== undefined && site !== "same-origin") return c.text("only from this page", 403);
    messages.clear();
    return c.redirect("/", 303);
  });
  return app;
}
