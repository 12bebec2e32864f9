/** One cell's portal over HTTP: the pages, beside what every service answers. */
import { openapiOf } from "@behest/contracts/openapi";
import { createApp, type AppOptions, type ServiceApp } from "@behest/runtime/http";
import { bindSubjectData } from "@behest/runtime/subject-data";
import { subjectDataMapOf } from "@behest/runtime/subject-data-map";
import { Hono } from "hono";
import { answerFault } from "./answer-fault.ts";
import { PageProblem } from "./page-problem.ts";
import type { Portal } from "./portal.ts";
import { securityHeaders } from "./security-headers.ts";
import { serveBasics } from "./serve-basics.ts";
import { serveChoices } from "./serve-choices.ts";
import { serveDesk } from "./serve-desk.ts";
import { serveHome } from "./serve-home.ts";
import { serveOversight } from "./serve-oversight.ts";
import { serveOwnData } from "./serve-own-data.ts";
import { serveReceipts } from "./serve-receipts.ts";
import { serveSignIn } from "./serve-sign-in.ts";
import { serveUnsubscribe } from "./serve-unsubscribe.ts";

export function portalApp(portal: Portal, options: Pick<AppOptions, "database" | "verify" | "readiness">): ServiceApp {
  const app = createApp({
    ...options,
    service: "portal",
    cell: portal.cell,
    clock: portal.clock,
    log: portal.log,
    docs: openapiOf("portal"),
  });
  const map = portal.policies.dataMaps.get("portal");
  if (map === undefined) throw new Error("the policies map no table of the portal");
  // What is sealed stays so, and a session's id is nobody's business.
  bindSubjectData(app, subjectDataMapOf(map, ["session.id_hash", "session.sealed"]));
  app.hono.route("/", pagesOf(portal));
  return app;
}

function pagesOf(portal: Portal): Hono {
  const pages = new Hono();
  pages.use(securityHeaders(portal));
  pages.onError((error, c) => answerFault(portal, error, c));
  for (const serve of [
    serveBasics,
    serveHome,
    serveSignIn,
    serveChoices,
    serveOwnData,
    serveReceipts,
    serveUnsubscribe,
    serveDesk,
    serveOversight,
  ])
    serve(pages, portal);
  // A person gets a page that says so; a program the problem document of the runtime.
  pages.get("*", async (c, next) => {
    if (c.req.header("accept")?.includes("text/html") === true) throw new PageProblem("not_found");
    await next();
  });
  return pages;
}
