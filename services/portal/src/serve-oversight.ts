/** Oversight: four lists of this region for officers. */
import { listImports } from "@behest/contracts/crm";
import { listConflicts, listTransfers, listUnmapped } from "@behest/contracts/records";
import type { Hono } from "hono";
import { oversightPage } from "./pages/oversight.ts";
import type { Portal } from "./portal.ts";
import { withStaff } from "./require-session.ts";

const rowsMax = 50;

export function serveOversight(pages: Hono, portal: Portal): void {
  pages.get("/oversight", (c) =>
    withStaff(c, portal, "oversight", async ({ behest, frame }) => {
      const { cell } = portal;
      // The first one renews the token of records, which the others then share.
      const conflicts = await behest.call("records", cell, listConflicts, { query: { limit: rowsMax } });
      const [unmapped, transfers, imports] = await Promise.all([
        behest.call("records", cell, listUnmapped, {}),
        behest.call("records", cell, listTransfers, { query: { limit: rowsMax } }),
        behest.call("crm", cell, listImports, {}),
      ]);
      return c.html(
        oversightPage(frame, {
          conflicts: conflicts.body.conflicts,
          unmapped: unmapped.body.columns.slice(0, rowsMax),
          transfers: transfers.body.transfers,
          imports: imports.body.imports.slice(0, rowsMax),
        }),
      );
    }),
  );
}
