import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { cells } from "@behest/contracts/ids";
import { until } from "@behest/runtime/testing/until";
import postgres from "postgres";
import { expect, test } from "vitest";
import { z } from "zod";
import { check, program, readStack, root, send, stackFolder, tokenOf } from "./stack.ts";

const stack = readStack();
const file = join(resolve(root, process.env["BEHEST_DATA"] ?? "../shared/data"), "online_retail.csv.gz");
const known = existsSync(file);
const Run = z.object({ id: z.string(), status: z.string(), found: z.int(), enrolled: z.int(), conflicts: z.int() });

const urls = Object.fromEntries(cells.map((cell) => [`DATABASE_URL_${cell.toUpperCase()}`, stack.databases[cell] ?? ""]));
const importFile = () =>
  program(
    "services/crm/src/cli.ts",
    ["import", file, "--mapping", "services/crm/mappings/online-retail.yaml", "--rejects", join(stackFolder(), "rejects.csv")],
    urls,
  );

/** Sum of a count over all cells. */
async function total(query: string): Promise<number> {
  let sum = 0;
  for (const cell of cells) {
    const sql = postgres(stack.databases[cell] ?? "", { max: 1 });
    const [row] = await sql.unsafe(query);
    sum += Number(row?.["count"]);
    await sql.end();
  }
  return sum;
}

// Without the file there is nothing to prove this on: the title says so, and the run shows the test as skipped.
test.runIf(known)(
  `JOURNEYS-1: real customers come into their cells, are enrolled, and eight conflicts wait for an officer (needs ${file})`,
  async () => {
    const { stdout } = await importFile();
    expect(stdout).toMatch(/541,?909/);
    expect(await total("select count(*) from crm.contact where source = 'online-retail'")).toBe(4_372);
    expect(
      await total("select count(*) from crm.order_line l join crm.sales_order o on o.id = l.order_id where o.source = 'online-retail'"),
    ).toBe(541_909);
    expect(
      await total(
        "select count(*) from crm.order_line l join crm.sales_order o on o.id = l.order_id where o.source = 'online-retail' and o.contact_id is null",
      ),
    ).toBe(135_080);

    const again = await importFile();
    expect(again.stdout).toMatch(/chang|already|nothing/i);
    expect(
      await total("select count(*) from crm.order_line l join crm.sales_order o on o.id = l.order_id where o.source = 'online-retail'"),
    ).toBe(541_909);

    for (const cell of cells) await enrolled(cell);
    const officer = await tokenOf("olaf.officer@example.com", "records");
    const { body } = await send(officer, "GET", `${stack.cells.eu.records}/v1/conflicts?limit=500`);
    const { conflicts } = z
      .object({ conflicts: z.array(z.object({ key: z.string(), countries: z.array(z.string()) }).loose()) })
      .parse(body);
    expect(
      conflicts
        .map(({ key }) => key)
        .filter((key) => /^\d+$/.test(key))
        .toSorted(),
    ).toEqual(["12370", "12394", "12417", "12422", "12429", "12431", "12455", "12457"]);

    // A real German customer of whom nothing was ever recorded: no.
    const token = await tokenOf("marketing", "records");
    const { body: found } = await send(token, "POST", `${stack.cells.eu.records}/v1/lookups`, { source: "online-retail", key: "12662" });
    const { subject } = z.object({ subject: z.string() }).loose().parse(found);
    expect(
      await check(stack.cells.eu.consent, await tokenOf("marketing", "consent"), {
        subject,
        purpose: "marketing-email",
        channel: "email",
        usedIn: "DE",
      }),
    ).toMatchObject({
      allowed: false,
      reasons: [{ code: "consent_not_recorded", purpose: "marketing-email" }],
    });
  },
  400_000,
);

/** Orders a run and waits until it is done. */
async function enrolled(cell: (typeof cells)[number]): Promise<void> {
  const { records } = stack.cells[cell];
  const token = await tokenOf("records", "records", cell);
  const { id } = Run.parse((await send(token, "POST", `${records}/v1/enrolment-runs`, { source: "crm" })).body);
  await until(async () => Run.parse((await send(token, "GET", `${records}/v1/enrolment-runs/${id}`)).body).status === "done", 120);
}
