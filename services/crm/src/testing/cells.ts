/** A database for each of some cells, as the CRM's role sees it. */
import type { Cell } from "@behest/contracts/ids";
import { cloneTemplate } from "@behest/runtime/testing/database";
import type { Sql } from "postgres";

export type TestCells = AsyncDisposable & {
  urls: ReadonlyMap<Cell, string>;
  /** As the owner, to look behind the scenes. */
  sql: (cell: Cell) => Sql;
};

export async function testCells(...names: readonly Cell[]): Promise<TestCells> {
  const clones = new Map(await Promise.all(names.map(async (cell) => [cell, await cloneTemplate()] as const)));
  const sql = (cell: Cell): Sql => {
    const clone = clones.get(cell);
    if (!clone) throw new Error(`this test has no cell ${cell}`);
    return clone.cellDb.sql;
  };
  return {
    sql,
    urls: new Map([...clones].map(([cell, { cellDb }]) => [cell, cellDb.url("crm")])),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...clones.values()].map((clone) => clone.drop()));
    },
  };
}
