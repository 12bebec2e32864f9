/** One cell's CRM over HTTP: its imports, for an officer. The tables are reached through `records` alone. */
import * as contract from "@behest/contracts/crm";
import { openapiOf } from "@behest/contracts/openapi";
import { bind, createApp, type AppOptions, type ServiceApp } from "@behest/runtime/http";
import { bindSubjectData } from "@behest/runtime/subject-data";
import { listImports } from "./list-imports.ts";

export function createCrmApp(options: Omit<AppOptions, "service" | "docs">): ServiceApp {
  const app = createApp({ ...options, service: "crm", docs: openapiOf("crm") });
  bind(app, contract.listImports, listImports);
  // The CRM keeps no subject ids, so no table is about one; the re-scan proves it over the whole schema.
  bindSubjectData(app, { schema: "crm", tables: [] });
  return app;
}
