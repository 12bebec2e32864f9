/** The bundled CRM core's HTTP side: its imports, for an officer. Its data is reached through `records` alone. */
import { z } from "zod";
import { Instant } from "./ids.ts";
import { route } from "./route.ts";

export const listImports = route({
  id: "listImports",
  method: "get",
  path: "/v1/imports",
  summary: "Files that were imported here, with what was rejected",
  policy: {
    access: { scope: "crm:oversee", actors: ["staff"], staffRoles: ["officer", "senior-officer", "auditor"] },
    owner: "none",
    repeat: "read",
  },
  answers: {
    200: {
      description: "imports, newest first",
      schema: z
        .strictObject({
          imports: z.array(
            z.strictObject({
              id: z.string(),
              file: z.string(),
              mapping: z.string(),
              startedAt: Instant,
              endedAt: Instant.nullable(),
              status: z.enum(["running", "done", "failed"]),
              linesRead: z.int(),
              linesStored: z.int(),
              rejected: z.int(),
            }),
          ),
        })
        .meta({ id: "Imports" }),
    },
  },
});
export const crmRoutes = [listImports];
