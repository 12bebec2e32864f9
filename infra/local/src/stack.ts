/** Starts the whole stack in order, as much at once as can be, and says how long each step took. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cells, serviceNames } from "@behest/contracts/ids";
import { removeEmbeddedPostgres, stopEmbeddedPostgres } from "@behest/runtime/embedded-postgres";
import { type Addresses, addressesOf } from "./addresses.ts";
import { type Child, logFileOf, startChild } from "./child.ts";
import { type OwnerUrls, migrateCells, openDatabases, postgresPorts } from "./databases.ts";
import { fillDemo } from "./demo.ts";
import { demandFreePorts } from "./free-ports.ts";
import { helperArguments } from "./helper-arguments.ts";
import { type LocalFiles, localFilesOf, removeLocalData } from "./local-files.ts";
import { type HeldLock, takeLock } from "./lock.ts";
import { lastWords } from "./last-words.ts";
import { endOrphans } from "./orphans.ts";
import { type Person, ensurePeople } from "./people.ts";
import { type Secrets, ensureSecrets } from "./secrets.ts";
import { plainEnv, serviceEnv } from "./service-env.ts";
import type { Settings } from "./settings.ts";
import { type StackFile, stackFileOf, writeStackFile } from "./stack-file.ts";
import { StartFailure } from "./start-failure.ts";
import type { StopScope } from "./stop-scope.ts";
import { waitReady } from "./wait-ready.ts";

const readySecondsMax = 60;

type Say = (step: string, ms: number) => void;
/** `onDeath` is told once a process of the running stack has ended by itself. */
type Options = { settings: Settings; scope: StopScope; say: Say; onDeath: (reason: StartFailure) => void };
type Ground = {
  settings: Settings;
  addresses: Addresses;
  files: LocalFiles;
  secrets: Secrets;
  scope: StopScope;
  lock: HeldLock;
  onDeath: (reason: StartFailure) => void;
};

/** Resolves when everything answers and the demo is filled in. @throws StartFailure */
export async function startStack({ settings, scope, say, onDeath }: Options): Promise<StackFile> {
  const files = localFilesOf(settings.folder);
  const lock = takeLock(files.lock);
  await scope.add(() => lock.release());
  await endOrphans(lock.orphans);
  if (settings.fresh) await removeOldData(files);
  rmSync(files.stack, { force: true });
  const addresses = addressesOf(settings.portBase);
  await demandFreePorts(addresses, postgresPorts(settings, files, addresses));
  const secrets = await ensureSecrets(files.secrets);
  const ground: Ground = { settings, addresses, files, secrets, scope, lock, onDeath };

  const [ownerUrls, people] = await Promise.all([
    timed("databases", say, () => openAndMigrate(ground)),
    timed("sign-in and mailbox", say, () => startHelpers(ground)),
  ]);
  await timed("services", say, () => startServices(ground, ownerUrls));
  const filled = await timed("demo data", say, () => fillDemo({ settings, addresses, files, secrets, ownerUrls, people }));
  const stack = stackFileOf(addresses, secrets, filled, ownerUrls);
  if (!scope.stopping) {
    await scope.add(() => rmSync(files.stack, { force: true }));
    writeStackFile(files.stack, stack);
  }
  return stack;
}

async function removeOldData(files: LocalFiles): Promise<void> {
  await stopEmbeddedPostgres(files.postgres);
  removeEmbeddedPostgres(files.postgres);
  removeLocalData(files);
}

async function openAndMigrate({ settings, files, addresses, secrets, scope }: Ground): Promise<OwnerUrls> {
  const urls = await openDatabases(settings, files, addresses, secrets, scope);
  await migrateCells(settings.root, urls, secrets);
  return urls;
}

/** The identity provider and the mailbox need no database. */
async function startHelpers(ground: Ground): Promise<Person[]> {
  const { settings, addresses, files, secrets } = ground;
  const people = await ensurePeople(files.people, secrets.demoPassword);
  const group = await stopTogether(ground.scope);
  const args = helperArguments(settings.folder, settings.portBase);
  const script = (name: string): string => join(settings.root, "infra/local/src", name, "main.ts");
  await Promise.all([
    run(ground, group, {
      name: "provider",
      script: script("provider"),
      args,
      env: plainEnv(process.env),
      ready: cells.map((cell) => `${addresses.url("issuer", cell)}/readyz`),
    }),
    run(ground, group, {
      name: "mailbox",
      script: script("mailbox"),
      args,
      env: plainEnv(process.env),
      ready: [`${addresses.mailboxUrl}/readyz`],
    }),
  ]);
  return people;
}

async function startServices(ground: Ground, ownerUrls: OwnerUrls): Promise<void> {
  const { settings, addresses, files, secrets } = ground;
  const group = await stopTogether(ground.scope);
  await Promise.all(
    serviceNames.map((service) =>
      run(ground, group, {
        name: service,
        script: join(settings.root, "services", service, "src/main.ts"),
        args: [],
        env: serviceEnv(service, { addresses, files, secrets, ownerUrls }, process.env),
        ready: cells.map((cell) => `${addresses.url(service, cell)}/readyz`),
      }),
    ),
  );
}

/** Processes that don't lean on each other stop at the same time. */
async function stopTogether(scope: StopScope): Promise<Child[]> {
  const group: Child[] = [];
  await scope.add(async () => void (await Promise.all(group.map((child) => child.stop()))));
  return group;
}

type Program = { name: string; script: string; args: readonly string[]; env: NodeJS.ProcessEnv; ready: readonly string[] };

/** Starts a process and waits until all its addresses answer, or until it has died. */
async function run({ settings, files, scope, lock, onDeath }: Ground, group: Child[], program: Program): Promise<void> {
  if (scope.stopping) return;
  if (!existsSync(program.script)) throw new StartFailure(`${program.name} is missing: there is no ${program.script}`);
  const child = await startChild({ ...program, cwd: settings.root, logFolder: files.logs });
  lock.add(child.pid);
  group.push(child);
  // Stopping has begun while it was being made: nobody else will stop it.
  if (scope.stopping) return child.stop();
  let ready = false;
  const died = deathOf(child, files, scope).then((reason) => {
    if (ready && reason !== undefined) onDeath(reason);
    return reason;
  });
  const answers = allReady(program, scope);
  const reason = await Promise.race([died, answers.then(() => undefined)]);
  // The polls of a dead process end with the stop that this failure brings about.
  answers.catch(() => {});
  if (reason !== undefined) throw reason;
  ready = true;
}

/** One address after the other: asking all at once would take the time that the process needs to start. */
async function allReady(program: Program, scope: StopScope): Promise<void> {
  for (const url of program.ready) await waitReady(url, program.name, { secondsMax: readySecondsMax, stopping: () => scope.stopping });
}

async function deathOf(child: Child, files: LocalFiles, scope: StopScope): Promise<StartFailure | undefined> {
  const how = await child.ended;
  if (scope.stopping) return undefined;
  const log = logFileOf(files.logs, child.name);
  const words = lastWords(log);
  return new StartFailure(
    `${child.name} has ended by itself (${how}); the log is ${log}${words === "" ? "" : `, its last lines:\n${words}`}\nEverything else is stopped now; the data stays.`,
  );
}

async function timed<T>(step: string, say: Say, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  say(step, performance.now() - begun);
  return result;
}
