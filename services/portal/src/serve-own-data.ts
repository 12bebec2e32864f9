/** What is stored about me, and who looked. */
import { listAccesses, listStored } from "@behest/contracts/records";
import type { Hono } from "hono";
import { remember } from "./known-person.ts";
import { accessesPage } from "./pages/accesses.ts";
import { storedPage } from "./pages/stored.ts";
import type { Portal } from "./portal.ts";
import { withSubject } from "./require-session.ts";

/** Rows of each table; the rest is counted, and shown table by table. So no page is over its 60 kB. */
const rowsMax = 6;
const rowsOfOneTableMax = 40;
const tableShape = /^[a-z][a-z0-9_]{0,62}$/;
const looksPerPage = 40;

export function serveOwnData(pages: Hono, portal: Portal): void {
  pages.get("/stored", (c) =>
    withSubject(c, portal, async (visit) => {
      const asked = c.req.query("table");
      const only = asked !== undefined && tableShape.test(asked) ? asked : undefined;
      const { body } = await visit.behest.call("records", portal.cell, listStored, {
        params: { subject: visit.subject },
        query: { locale: visit.locale, rowsMax: only === undefined ? rowsMax : rowsOfOneTableMax },
      });
      await remember(portal, visit, body);
      return c.html(storedPage(visit.frame, body, only));
    }),
  );

  pages.get("/accesses", (c) =>
    withSubject(c, portal, async (visit) => {
      const before = c.req.query("before");
      const query = { locale: visit.locale, limit: looksPerPage, ...(before === undefined ? {} : { before: before.slice(0, 60) }) };
      const { body } = await visit.behest.call("records", portal.cell, listAccesses, { params: { subject: visit.subject }, query });
      return c.html(accessesPage(visit.frame, { accesses: body.accesses, olderThan: body.more ? body.accesses.at(-1)?.id : undefined }));
    }),
  );
}
