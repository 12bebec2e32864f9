import { route } from "@behest/contracts/route";
import { expect, test } from "vitest";
import { z } from "zod";
import { parseRequest } from "./parse.ts";

const routeThat = (repeat: "key" | "decided-again" | "natural") =>
  route({
    id: "example",
    method: "post",
    path: "/v1/example",
    summary: "An example",
    policy: { access: { scope: "consent:contact", actors: ["service"] }, owner: "none", repeat },
    answers: { 200: { description: "done", schema: z.strictObject({}) } },
  });
const asked = (key: string) => ({
  params: {},
  query: {},
  headers: new Headers({ "idempotency-key": key }),
  body: { kind: "absent" as const },
});

test.each([
  ["key", "order-7", undefined],
  ["decided-again", undefined, "order-7"],
  ["natural", undefined, undefined],
] as const)(
  "RUNTIME-11 where a repeat is decided again the key is the operation's and no reply is kept under it: %s",
  (repeat, kept, operations) => {
    const { input, idempotencyKey } = parseRequest(routeThat(repeat), asked("order-7"));
    expect({ idempotencyKey, operations: input.idempotencyKey }).toEqual({ idempotencyKey: kept, operations });
  },
);

test.each(["key", "decided-again"] as const)("a key that is none is an issue of the header: %s", (repeat) => {
  expect(() => parseRequest(routeThat(repeat), asked("a b"))).toThrow(
    expect.objectContaining({ details: { issues: [expect.objectContaining({ in: "header", pointer: "/idempotency-key" })] } }),
  );
});
