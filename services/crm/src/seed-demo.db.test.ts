import { fixedClock } from "@behest/runtime/testing/clock";
import { expect, test } from "vitest";
import { demoPeople } from "./demo-people.ts";
import { seedDemo } from "./seed-demo.ts";
import { testCells } from "./testing/cells.ts";
import { listCrmTables } from "./testing/crm-tables.ts";

const clock = fixedClock(new Date("2026-11-22T09:00:00Z"));

test("CRM-10 each cell gets its demo people once, with something in every table, and who was erased since does not come back", async () => {
  await using cells = await testCells("eu", "uk", "us", "cn", "jp");
  expect(await seedDemo(cells.urls, clock)).toBe(demoPeople.length);
  expect(await seedDemo(cells.urls, clock)).toBe(0);
  for (const cell of cells.urls.keys()) {
    const sql = cells.sql(cell);
    const people = await sql`select 1 from crm.contact where source = 'demo' and email like '%@example.com'`;
    expect(people, cell).toHaveLength(demoPeople.filter((person) => person.cell === cell).length);
    for (const table of await listCrmTables(sql)) {
      if (table.startsWith("import_")) continue;
      expect(await sql`select 1 from ${sql(`crm.${table}`)} limit 1`, `${cell} ${table}`).toHaveLength(1);
    }
  }
  const sql = cells.sql("jp");
  await sql`delete from crm.tier where contact_id = (select id from crm.contact where external_key = 'demo-ken')`;
  expect(await seedDemo(cells.urls, clock)).toBe(0);
  expect(await sql`select 1 from crm.tier t join crm.contact c on c.id = t.contact_id where c.external_key = 'demo-ken'`).toHaveLength(0);
});

test("CRM-10 those who sign in to the demo are there, and the sales people have their customers", async () => {
  await using cells = await testCells("eu", "us");
  await seedDemo(cells.urls, clock);
  expect(
    await cells.sql("eu")`
    select c.external_key, c.email, c.country, a.owner_staff from crm.contact c join crm.account a on a.id = c.account_id
    where c.external_key in ('demo-anna', 'demo-claire') order by 1`,
  ).toEqual([
    { external_key: "demo-anna", email: "anna.schmidt@example.com", country: "DE", owner_staff: "sam.sales" },
    { external_key: "demo-claire", email: "claire.martin@example.com", country: "FR", owner_staff: "sara.sales" },
  ]);
  expect(await cells.sql("us")`select country, state from crm.contact where external_key = 'demo-grace'`).toEqual([
    { country: "US", state: "CA" },
  ]);
});
