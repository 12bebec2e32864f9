import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { testCells } from "./testing/cells.ts";
import { crmState } from "./testing/crm-state.ts";
import { runCli, type CliResult } from "./testing/run-cli.ts";
import { header, manyLines, scratchFolder } from "./testing/shop-file.ts";

const mapping = fileURLToPath(new URL("../mappings/online-retail.yaml", import.meta.url));
const cells = ["eu", "uk", "us"] as const;
/** More than one batch in every cell, and a line that is rejected. */
const orders = 8_000;
// Each stage of an import is killed in, at its beginning, in the middle and at its end.
const killedAt = [
  "Checking the file: 100",
  "Sending the lines: 10",
  "Sending the lines: 70",
  "Storing orders: 10",
  "Storing orders: 40",
  "Storing orders: 80",
];
const stageLostAt = "Storing orders: 10";

test(
  "CRM-3 an import killed again and again with kill -9 resumes and ends in the state of an unbroken run",
  { timeout: 120_000 },
  async () => {
    await using unbroken = await testCells(...cells);
    await using broken = await testCells(...cells);
    using folder = scratchFolder();
    const path = folder.pack("sales.csv.gz", `${[header, ...manyLines(orders), "9,S,T,none,2011-03-01 10:00:00,1,,France"].join("\n")}\n`);
    const args = ["import", path, "--mapping", mapping, "--rejects", join(folder.path, "rejects.csv")];

    const whole = await runCli(args, unbroken.urls);
    expect(whole.errors.filter((line) => !line.endsWith("%"))).toEqual([]);
    expect(whole.code).toBe(0);

    let kills = 0;
    let last: CliResult | undefined;
    for (const moment of [...killedAt, "never"]) {
      const delayMs = Math.floor(Math.random() * 15);
      last = await runCli(args, broken.urls, (line, kill) => void (line.startsWith(`${moment} `) && setTimeout(kill, delayMs)));
      if (last.signal !== "SIGKILL") break; // the kill came too late, or was not ordered
      kills += 1;
      // As a crash of PostgreSQL leaves it: the table is unlogged.
      if (moment === stageLostAt) await broken.sql("eu")`truncate crm.import_stage`;
    }
    expect(kills, "kills that hit a running import").toBeGreaterThan(killedAt.indexOf(stageLostAt));
    expect(last?.output).toContain("40,001 lines read, 40,000 stored in 3 cells, 1 rejected");
    for (const cell of cells) expect(await crmState(broken.sql(cell)), cell).toEqual(await crmState(unbroken.sql(cell)));
    expect(readFileSync(join(folder.path, "rejects.csv"), "utf8")).toBe('line,reason\n40002,"the quantity is not a number"\n');
  },
);

test(
  "CRM-3 and CRM-6 an import whose database connection breaks stops with a message that quotes no row, and goes on when run again",
  { timeout: 120_000 },
  async () => {
    await using unbroken = await testCells(...cells);
    await using broken = await testCells(...cells);
    using folder = scratchFolder();
    const path = folder.pack("sales.csv.gz", `${[header, ...manyLines(orders)].join("\n")}\n`);
    const args = ["import", path, "--mapping", mapping, "--rejects", join(folder.path, "rejects.csv")];
    expect((await runCli(args, unbroken.urls)).code).toBe(0);
    await broken.sql("eu")`select 1`; // connected, so that the break comes at once
    for (const moment of ["Sending the lines: 10", "Storing orders: 10"]) {
      const breakConnections = () =>
        broken.sql(
          "eu",
        )`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'crm-import' and datname = current_database()`;
      const stopped = await runCli(
        args,
        broken.urls,
        (line) => void (line.startsWith(`${moment} `) && breakConnections().catch(() => undefined)),
      );
      expect(stopped.code, stopped.errors.join("\n")).toBe(1);
      const message = stopped.errors.filter((line) => !line.endsWith("%")).join("\n");
      expect(message).toContain("the same command goes on where it stopped");
      expect(message).not.toMatch(/ITEM|20\d{3}|Germany/);
    }
    expect((await runCli(args, broken.urls)).code).toBe(0);
    for (const cell of cells) expect(await crmState(broken.sql(cell)), cell).toEqual(await crmState(unbroken.sql(cell)));
  },
);
