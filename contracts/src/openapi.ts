/** OpenAPI 3.1 documents, made from the routes alone. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { consentRoutes } from "./consent.ts";
import { crmRoutes } from "./crm.ts";
import { healthRoutes } from "./health.ts";
import { internalRoutes } from "./internal.ts";
import { recordsRoutes } from "./records.ts";
import type { Route } from "./route.ts";

export const documentedServices = ["consent", "records", "crm", "portal"] as const;
export type DocumentedService = (typeof documentedServices)[number];

/** Every route of each service, those of the runtime included. */
export const routesOf: Record<DocumentedService, readonly Route[]> = {
  consent: [...healthRoutes, ...consentRoutes, ...internalRoutes],
  records: [...healthRoutes, ...recordsRoutes, ...internalRoutes],
  crm: [...healthRoutes, ...crmRoutes, ...internalRoutes],
  portal: [...healthRoutes, ...internalRoutes],
};

const titles: Record<DocumentedService, string> = {
  consent: "Behest consent: may this data be used?",
  records: "Behest records: the one door to CRM data",
  crm: "Behest CRM core",
  portal: "Behest portal: what it answers to other services",
};

/** The document of one service; stable: same routes, same text. */
export function openapiOf(service: DocumentedService): Record<string, unknown> {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: `An access token of the cell's issuer for urn:behest:<cell>:${service}.`,
  });
  for (const route of routesOf[service]) app.openAPIRegistry.registerPath(route.config);
  return {
    ...app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: titles[service], version: "1.0.0", license: { name: "Apache-2.0" } } }),
  };
}
