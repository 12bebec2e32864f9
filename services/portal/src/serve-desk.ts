/** The desk of sales and support. Every look is claimed for a purpose and goes through the one door with the person's own token. */
import { SubjectId } from "@behest/contracts/ids";
import { findSubject, listPortfolio, readSubject } from "@behest/contracts/records";
import { BehestError } from "@behest/sdk/error";
import type { Context, Hono } from "hono";
import { limitForm, readForm } from "./form.ts";
import { PageProblem } from "./page-problem.ts";
import { deskCustomerPage, purposeFieldId, type DeskCustomerPage, type Reading } from "./pages/desk-customer.ts";
import { deskPage, type DeskPage } from "./pages/desk.ts";
import type { FormFault } from "./pages/parts.ts";
import type { Portal } from "./portal.ts";
import { withStaff, type Signed } from "./require-session.ts";

const portfolioMax = 300;
const rowsMax = 20;
/** The client that staff use here, as the policies name it. */
const ownClient = "portal";

export function serveDesk(pages: Hono, portal: Portal): void {
  const showDesk = async (c: Context, visit: Signed, asked: DeskPage["asked"], faults: readonly FormFault[], status: 200 | 404 | 422) => {
    const { body } = await visit.behest.call("records", portal.cell, listPortfolio, { query: { limit: portfolioMax } });
    return c.html(deskPage(visit.frame, { ...body, asked, faults }), status);
  };

  pages.get("/desk", (c) => withStaff(c, portal, "desk", (visit) => showDesk(c, visit, { source: "", key: "" }, [], 200)));

  pages.post("/desk/find", limitForm, (c) =>
    withStaff(c, portal, "desk", async (visit) => {
      const { words } = visit.frame;
      const { source = "", key = "" } = await readForm(c, portal, visit.session);
      const missing = [
        ...(source === "" ? [{ field: "source", message: words.t("desk.fault.source") }] : []),
        ...(key === "" ? [{ field: "key", message: words.t("desk.fault.key") }] : []),
      ];
      if (missing.length > 0) return showDesk(c, visit, { source, key }, missing, 422);
      const found = await lookUp(portal, visit, source, key);
      if (found === undefined) return showDesk(c, visit, { source, key }, [{ field: "key", message: words.t("desk.fault.unknown") }], 404);
      return c.redirect(`/desk/${found}`, 303);
    }),
  );

  pages.get("/desk/:subject", (c) =>
    withStaff(c, portal, "desk", async (visit) =>
      c.html(deskCustomerPage(visit.frame, { ...customerIn(c, portal, visit), chosen: undefined, reading: undefined, fault: undefined })),
    ),
  );

  // A post, though it changes nothing of the person: it is an act that leaves a trace, and nobody should do it by following a link.
  pages.post("/desk/:subject", limitForm, (c) =>
    withStaff(c, portal, "desk", async (visit) => {
      const { purpose } = await readForm(c, portal, visit.session);
      const customer = customerIn(c, portal, visit);
      if (purpose === undefined || !customer.purposes.includes(purpose)) {
        return c.html(
          deskCustomerPage(visit.frame, {
            ...customer,
            chosen: undefined,
            reading: undefined,
            fault: { field: purposeFieldId, message: visit.frame.words.t("desk.fault.purpose") },
          }),
          422,
        );
      }
      return c.html(
        deskCustomerPage(visit.frame, {
          ...customer,
          chosen: purpose,
          reading: await readFor(portal, visit, customer.subject, purpose),
          fault: undefined,
        }),
      );
    }),
  );
}

function customerIn(c: Context, portal: Portal, { session }: Signed): Pick<DeskCustomerPage, "subject" | "purposes"> {
  const subject = SubjectId.safeParse(c.req.param("subject"));
  if (!subject.success) throw new PageProblem("not_found");
  const granted = portal.policies.callers.get(ownClient)?.staff ?? {};
  return { subject: subject.data, purposes: [...new Set(session.data.roles.flatMap((role) => granted[role] ?? []))] };
}

async function lookUp(portal: Portal, { behest }: Signed, source: string, key: string): Promise<string | undefined> {
  try {
    return (await behest.call("records", portal.cell, findSubject, { body: { source: source.slice(0, 60), key: key.slice(0, 120) } })).body
      .subject;
  } catch (error) {
    if (error instanceof BehestError && error.code === "subject_unknown") return undefined;
    throw error;
  }
}

async function readFor(portal: Portal, { behest }: Signed, subject: string, purpose: string): Promise<Reading> {
  try {
    return (await behest.call("records", portal.cell, readSubject, { body: { subject, purpose, rowsMax } })).body;
  } catch (error) {
    if (error instanceof BehestError && (error.code === "subject_unknown" || error.code === "wrong_cell"))
      throw new PageProblem("not_found", error);
    throw error;
  }
}
