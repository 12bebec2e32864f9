/**
 * What each of our own services answers to `records` about the tables that the map gives it: how much it holds about a person,
 * what exactly, erase it, and prove by a second query path that it is gone.
 */
import { z } from "zod";
import { SubjectId } from "./ids.ts";
import { route, type RoutePolicy } from "./route.ts";
import { text } from "./text.ts";

const policy: RoutePolicy = { access: { scope: "internal:subject-data", actors: ["service"] }, owner: "cell", repeat: "natural" };
const SubjectBody = z.strictObject({ subject: SubjectId }).meta({ id: "SubjectBody" });
export const TableCount = z.strictObject({ table: z.string(), rows: z.int().min(0) }).meta({ id: "TableCount" });
const Counts = z.strictObject({ subject: SubjectId, tables: z.array(TableCount) }).meta({ id: "TableCounts" });

export const countSubjectData = route({
  id: "countSubjectData",
  method: "post",
  path: "/internal/v1/subject-data/count",
  summary: "How many rows of each mapped table are about this person",
  policy: { ...policy, repeat: "read" },
  body: SubjectBody,
  answers: { 200: { description: "counts", schema: Counts } },
});
export const exportSubjectData = route({
  id: "exportSubjectData",
  method: "post",
  path: "/internal/v1/subject-data/export",
  summary: "Every mapped row about this person",
  policy: { ...policy, repeat: "read" },
  body: SubjectBody,
  answers: {
    200: {
      description: "rows by table",
      schema: z
        .strictObject({
          subject: SubjectId,
          tables: z.array(z.strictObject({ table: z.string(), rows: z.array(z.record(z.string(), z.unknown())) })),
        })
        .meta({ id: "SubjectExport" }),
    },
  },
});
export const eraseSubjectData = route({
  id: "eraseSubjectData",
  method: "post",
  path: "/internal/v1/subject-data/erase",
  summary: "Erase the mapped rows about this person, each table as the map says (delete, anonymise, keep)",
  policy,
  body: z
    .strictObject({ subject: SubjectId, plan: text(1, 200).describe("the approved plan that orders it") })
    .meta({ id: "EraseSubject" }),
  answers: { 200: { description: "rows touched", schema: Counts } },
});
export const rescanSubjectData = route({
  id: "rescanSubjectData",
  method: "post",
  path: "/internal/v1/subject-data/rescan",
  summary: "Count again by whole-table search for the subject id, not by the map's keys",
  policy: { ...policy, repeat: "read" },
  body: SubjectBody,
  answers: { 200: { description: "what is left", schema: Counts } },
});
export const internalRoutes = [countSubjectData, exportSubjectData, eraseSubjectData, rescanSubjectData];
