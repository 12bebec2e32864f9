/** As much of an OpenAPI 3.1 document as the page shows. */
import type { HtmlEscapedString } from "hono/utils/html";
import { z } from "zod";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export type Schema = {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  description?: string | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  default?: unknown;
  example?: unknown;
  pattern?: string | undefined;
  format?: string | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  items?: Schema | undefined;
  additionalProperties?: boolean | Schema | undefined;
  oneOf?: Schema[] | undefined;
  anyOf?: Schema[] | undefined;
  allOf?: Schema[] | undefined;
};
const count = z.number().optional();
const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    default: z.unknown().optional(),
    example: z.unknown().optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minimum: count,
    maximum: count,
    minLength: count,
    maxLength: count,
    minItems: count,
    maxItems: count,
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    items: Schema.optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
    oneOf: z.array(Schema).optional(),
    anyOf: z.array(Schema).optional(),
    allOf: z.array(Schema).optional(),
  }),
);

const Content = z.record(z.string(), z.object({ schema: Schema }));
const Policy = z.object({
  access: z.union([
    z.literal("public"),
    z.object({ scope: z.string(), actors: z.array(z.string()), staffRoles: z.array(z.string()).optional() }),
  ]),
  owner: z.string(),
  repeat: z.string(),
  bodyBytesMax: z.number().optional(),
});
const OperationShape = z.object({
  operationId: z.string(),
  summary: z.string().default(""),
  "x-behest-policy": Policy,
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false), schema: Schema })).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content.default({}) })),
});

export const Document = z.object({
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), OperationShape)),
  components: z.object({ schemas: z.record(z.string(), Schema).default({}) }).default({ schemas: {} }),
});
export type Policy = z.infer<typeof Policy>;
export type Operation = z.infer<typeof OperationShape> & { path: string; method: string };
