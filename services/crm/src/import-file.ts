/** Imports one file into the cells that its customers belong in. The same file again, whole or after a kill, ends in the same state. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { cells, type Cell } from "@behest/contracts/ids";
import type { Clock } from "@behest/runtime/clock";
import { newId } from "@behest/runtime/id";
import { knownCustomers, knownOrders, openCellStore, type CellStore } from "./cell-store.ts";
import { ImportFault } from "./import-fault.ts";
import { beginRun, endRun, failRun, killedRun, markStaged, rejectedIn, type Rejected, type Run, type RunCounts } from "./import-run.ts";
import type { NamedMapping } from "./mapping.ts";
import { mergeCustomers } from "./merge-customers.ts";
import { mergeOrders } from "./merge-orders.ts";
import { cellsOf, place, type Known, type Placement, type Residency } from "./place.ts";
import type { ProgressOf } from "./progress.ts";
import { stageFile } from "./stage-file.ts";
import { surveyFile, type Survey } from "./survey-file.ts";

export type ImportOptions = {
  path: string;
  mapping: NamedMapping;
  /** Database URLs of the CRM's role; a cell that is not here can't take anybody. */
  databases: ReadonlyMap<Cell, string>;
  residency: Residency;
  clock: Clock;
  progress: ProgressOf;
};
export type Imported = {
  survey: Survey;
  placement: Placement;
  resumed: boolean;
  stored: ReadonlyMap<Cell, RunCounts>;
  rejected: readonly Rejected[];
};
type Begun = { store: CellStore; run: Run };

/** Throws ImportFault, and then nothing was stored, when the file, the mapping or a database is not as needed. */
export async function importFile(options: ImportOptions): Promise<Imported> {
  const survey = await surveyWithProgress(options);
  const stores = await openStores(options.databases);
  try {
    const placement = place(survey, await whatIsKnown(stores, options.mapping.mapping.source, survey), options.residency);
    const [home = options.residency.cellOf([]), ...others] = cellsOf(placement);
    const begun = await begin(options, survey, neededOf(stores, [home, ...others]));
    await stage(options, survey, placement, home, begun);
    await merge(options, placement, begun);
    return await end(options, survey, placement, begun);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

async function surveyWithProgress({ path, mapping, progress }: ImportOptions): Promise<Survey> {
  const shown = progress("Checking the file", statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  const survey = await surveyFile(path, mapping.mapping, shown.advance);
  shown.done();
  return survey;
}

async function openStores(databases: ReadonlyMap<Cell, string>): Promise<CellStore[]> {
  const stores: CellStore[] = [];
  try {
    // In a fixed order, so that two imports at once can't wait for each other.
    for (const cell of cells) {
      const url = databases.get(cell);
      if (url !== undefined) stores.push(await openCellStore(cell, url));
    }
    return stores;
  } catch (error) {
    await Promise.all(stores.map((store) => store.close()));
    throw error;
  }
}

async function whatIsKnown(stores: readonly CellStore[], source: string, survey: Survey): Promise<Known> {
  const customers = new Map<string, Cell>();
  const orders = new Map<string, { cell: Cell; customer: string | null }>();
  for (const store of stores) {
    for (const key of await knownCustomers(store, source, [...survey.customers.keys()])) customers.set(key, store.cell);
    for (const { number, customer } of await knownOrders(store, source, [...survey.invoices.keys()]))
      orders.set(number, { cell: store.cell, customer });
  }
  return { customers, orders };
}

function neededOf(stores: readonly CellStore[], needed: readonly Cell[]): CellStore[] {
  const missing = needed.filter((cell) => !stores.some((store) => store.cell === cell));
  if (missing.length > 0) {
    throw new ImportFault(
      `The file has customers or orders of ${missing.join(", ")}, and no database is set there (${missing.map((cell) => `DATABASE_URL_${cell.toUpperCase()}`).join(", ")}); nothing was stored.`,
    );
  }
  return stores.filter((store) => needed.includes(store.cell));
}

/** One run id in all cells, so that a cell that had ended when another was killed is known again. */
async function begin({ path, mapping, clock }: ImportOptions, survey: Survey, stores: readonly CellStore[]): Promise<Begun[]> {
  const digests = { fileDigest: survey.digest, mappingDigest: mapping.digest };
  let id: string | undefined;
  for (const store of stores) id ??= await killedRun(store, digests);
  const run = { ...digests, id: id ?? newId(clock), file: basename(path), mapping: mapping.name, at: clock.now() };
  const begun: Begun[] = [];
  for (const store of stores) begun.push({ store, run: await beginRun(store, run) });
  return begun;
}

async function stage(
  { path, mapping, clock, progress }: ImportOptions,
  survey: Survey,
  placement: Placement,
  home: Cell,
  begun: readonly Begun[],
): Promise<void> {
  const open = begun.filter(({ run }) => !run.staged);
  if (open.length === 0) return;
  const shown = progress("Sending the lines", survey.linesRead);
  try {
    const staged = await stageFile(
      path,
      mapping.mapping,
      placement,
      survey.digest,
      open.map(({ store }) => store),
      home,
      () => shown.advance(1),
    );
    for (const { store, run } of open) {
      const counts = staged.get(store.cell);
      if (counts) await markStaged(store, run, counts);
    }
  } catch (error) {
    // A run that has merged something before stays as it is and is taken up again.
    if (error instanceof ImportFault) for (const { store, run } of open) if (run.nextOrder === 0) await failRun(store, run, clock.now());
    throw error;
  }
  shown.done();
}

async function merge({ mapping, progress }: ImportOptions, placement: Placement, begun: readonly Begun[]): Promise<void> {
  const lines = [...placement.invoices.values()].reduce((sum, invoice) => sum + invoice.lines, 0);
  const shown = progress("Storing orders", lines);
  await Promise.all(
    begun.map(async ({ store, run }) => {
      if (run.done) return;
      await mergeCustomers(store, run, mapping.mapping.source, placement.customers);
      await mergeOrders(store, run, mapping.mapping, placement, shown.advance);
    }),
  );
  shown.done();
}

async function end({ clock }: ImportOptions, survey: Survey, placement: Placement, begun: readonly Begun[]): Promise<Imported> {
  const stored = new Map<Cell, RunCounts>();
  const rejected: Rejected[] = [];
  for (const { store, run } of begun) {
    store.lost.throwIfAborted();
    rejected.push(...(await rejectedIn(store, run)));
    stored.set(store.cell, await endRun(store, run, clock.now()));
  }
  return {
    survey,
    placement,
    stored,
    resumed: begun.some(({ run }) => run.resumed),
    rejected: rejected.toSorted((a, b) => a.lineNumber - b.lineNumber),
  };
}
