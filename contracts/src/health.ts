/** What every service answers without a token. */
import { z } from "zod";
import { route } from "./route.ts";

const Health = z
  .strictObject({ status: z.enum(["ok", "starting", "replaying", "draining", "unavailable"]), cell: z.string(), service: z.string() })
  .meta({ id: "Health" });

export const getHealth = route({
  id: "getHealth",
  method: "get",
  path: "/healthz",
  summary: "Is the process alive?",
  policy: { access: "public", owner: "none", repeat: "read" },
  answers: { 200: { description: "alive", schema: Health } },
});
export const getReadiness = route({
  id: "getReadiness",
  method: "get",
  path: "/readyz",
  summary: "May requests be sent here?",
  policy: { access: "public", owner: "none", repeat: "read" },
  answers: { 200: { description: "ready", schema: Health }, 503: { description: "not ready", schema: Health } },
});
export const healthRoutes = [getHealth, getReadiness];
