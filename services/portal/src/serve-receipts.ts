/** A receipt as a page to read and as the signed file to keep. */
import { getReceipt, getReceiptKeys } from "@behest/contracts/consent";
import { BehestError } from "@behest/sdk/error";
import type { Hono } from "hono";
import { PageProblem } from "./page-problem.ts";
import { receiptPage } from "./pages/receipt.ts";
import type { Portal } from "./portal.ts";
import { withSubject, type SignedSubject } from "./require-session.ts";

const idShape = /^[\w-]{1,80}$/;

export function serveReceipts(pages: Hono, portal: Portal): void {
  pages.get("/receipts/:file{[\\w-]+\\.jws}", (c) =>
    withSubject(c, portal, async (visit) => {
      const id = c.req.param("file").slice(0, -".jws".length);
      const { jws } = await receiptOf(portal, visit, id);
      return c.body(jws, 200, { "content-type": "application/jose", "content-disposition": `attachment; filename="receipt-${id}.jws"` });
    }),
  );

  pages.get("/receipts/:id", (c) =>
    withSubject(c, portal, async (visit) => {
      const { id, content } = await receiptOf(portal, visit, c.req.param("id"));
      return c.html(receiptPage(visit.frame, { id, content, keysAddress: `${portal.services.consent}${getReceiptKeys.path}` }));
    }),
  );
}

async function receiptOf(portal: Portal, { behest, subject }: SignedSubject, receipt: string) {
  if (!idShape.test(receipt)) throw new PageProblem("not_found");
  try {
    return (await behest.call("consent", portal.cell, getReceipt, { params: { subject, receipt } })).body;
  } catch (error) {
    if (error instanceof BehestError && (error.code === "not_found" || error.code === "malformed"))
      throw new PageProblem("not_found", error);
    throw error;
  }
}
