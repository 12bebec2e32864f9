import { expect, test } from "vitest";
import { z } from "zod";
import { personOf, readStack, send, subjectOf, tokenOf } from "./stack.ts";

const stack = readStack();
const { records } = stack.cells.eu;
const anna = personOf(stack, "customer");
const subject = subjectOf(anna);
const Read = z.object({
  tables: z.array(z.object({ table: z.string(), rows: z.array(z.record(z.string(), z.unknown())) })),
  withheld: z.array(z.object({ field: z.string(), reasons: z.array(z.object({ code: z.string() }).loose()).min(1) }).loose()),
});
const read = (token: string, purpose: string, more: object = {}) =>
  send(token, "POST", `${records}/v1/reads`, { subject, purpose, ...more });

test("JOURNEYS-4: a support agent reads contact and orders for service, not finance; for marketing the same person gives almost nothing", async () => {
  const { status, body } = await read(await tokenOf("sofia.agent@example.com", "records", "eu", "support-desk"), "service-support");
  expect(status).toBe(200);
  const { tables, withheld } = Read.parse(body);
  expect(tables.find(({ table }) => table === "contact")?.rows[0]?.["email"]).toBe(anna.email);
  expect(tables.find(({ table }) => table === "sales_order")?.rows.length).toBeGreaterThan(0);
  expect(withheld.filter(({ field }) => field.startsWith("invoice.")).flatMap(({ reasons }) => reasons.map(({ code }) => code))).toContain(
    "category_not_needed",
  );

  const marketing = Read.parse((await read(await tokenOf("marketing", "records"), "marketing-sms")).body);
  expect(marketing.tables).toEqual([]);
  expect(marketing.withheld.every(({ reasons }) => reasons.length > 0)).toBe(true);
});

test("JOURNEYS-4: sales see their own, the manager the team's, a peer nothing; a purpose that was not granted is refused", async () => {
  const by = async (email: string) => (await read(await tokenOf(email, "records", "eu", "sales-desk"), "service-support")).status;
  expect(await by("sam.sales@example.com")).toBe(200);
  expect(await by("mia.manager@example.com")).toBe(200);
  expect(await by("sara.sales@example.com")).toBe(404);
  expect(await read(await tokenOf("warehouse", "records"), "marketing-email")).toMatchObject({
    status: 403,
    body: { code: "purpose_not_granted" },
  });
});

test("JOURNEYS-4: the person sees who looked, the refused peer included, and nobody else may", async () => {
  const { body } = await send(await tokenOf(anna.email, "records"), "GET", `${records}/v1/subjects/${subject}/accesses?locale=de`);
  const { accesses } = z
    .object({
      accesses: z.array(
        z
          .object({
            purpose: z.string(),
            allowed: z.boolean(),
            who: z.object({ name: z.string() }),
            reasons: z.array(z.object({ code: z.string() }).loose()),
          })
          .loose(),
      ),
    })
    .parse(body);
  expect(accesses.some(({ allowed, who }) => allowed && who.name.includes("Sofia"))).toBe(true);
  expect(accesses.some(({ allowed, reasons }) => !allowed && reasons[0]?.code === "not_in_your_portfolio")).toBe(true);
  const claire = personOf(stack, "customer", "eu", 1);
  expect((await send(await tokenOf(claire.email, "records"), "GET", `${records}/v1/subjects/${subject}/accesses`)).status).toBe(404);
});
