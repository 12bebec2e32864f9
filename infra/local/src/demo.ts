/** Fills the demo in, once a database: people and their dealings by the CRM's own command, then enrolment, then who is who. */
import { type Cell, type ServiceName, type SubjectId, cells } from "@behest/contracts/ids";
import { z } from "zod";
import { clientToken } from "./access-token.ts";
import type { Addresses } from "./addresses.ts";
import { type OwnerUrls, identityOf, serviceUrl } from "./databases.ts";
import { demoSource } from "./demo-people.ts";
import { enrolEveryone, findSubjectId } from "./enrolment.ts";
import { type LocalFiles, readPrivateJson, writePrivateJson } from "./local-files.ts";
import { type Person, linkSubjects } from "./people.ts";
import { runToEnd } from "./run-to-end.ts";
import type { Secrets } from "./secrets.ts";
import { plainEnv } from "./service-env.ts";
import type { Settings } from "./settings.ts";

/** The database that was filled, for each cell. */
const DemoMarker = z.strictObject({ filled: z.partialRecord(z.enum(cells), z.string()) });

type Context = {
  settings: Settings;
  addresses: Addresses;
  files: LocalFiles;
  secrets: Secrets;
  ownerUrls: OwnerUrls;
  people: readonly Person[];
};

/** Idempotent: what was there stays. @throws StartFailure */
export async function fillDemo(context: Context): Promise<readonly Person[]> {
  const { files, ownerUrls, people } = context;
  const marker = readPrivateJson(files.demo, DemoMarker) ?? { filled: {} };
  const identities = await Promise.all(cells.map(async (cell) => ({ cell, identity: await identityOf(ownerUrls[cell]) })));
  const missing = identities.filter(
    ({ cell, identity }) => marker.filled[cell] !== identity || people.some((person) => person.cell === cell && isUnknown(person)),
  );
  if (missing.length === 0) return people;
  await seed(
    context,
    missing.map(({ cell }) => cell),
  );
  const found = await Promise.all(missing.map(({ cell }) => enrolCell(context, cell)));
  const linked = linkSubjects(files.people, new Map(found.flat()));
  writePrivateJson(files.demo, {
    filled: { ...marker.filled, ...Object.fromEntries(missing.map(({ cell, identity }) => [cell, identity])) },
  });
  return linked;
}

const isUnknown = (person: Person): boolean => person.crmKey !== null && person.subject === null;

/** Each command of the owning service, which alone knows its tables, with that service's own role. */
async function seed({ settings, files, ownerUrls, secrets }: Context, missing: readonly Cell[]): Promise<void> {
  const as = (service: ServiceName) => {
    const urls = missing.map((cell) => [`DATABASE_URL_${cell.toUpperCase()}`, serviceUrl(ownerUrls[cell], cell, service, secrets)]);
    return { env: { ...plainEnv(process.env), ...Object.fromEntries(urls) }, cwd: settings.root, logFolder: files.logs };
  };
  await Promise.all([
    runToEnd({ ...as("crm"), name: "demo-crm", script: "services/crm/src/cli.ts", args: ["demo"] }),
    runToEnd({
      ...as("records"),
      name: "demo-staff",
      script: "services/records/src/cli.ts",
      args: ["staff", "services/records/demo/staff.yaml"],
    }),
  ]);
}

async function enrolCell({ addresses, secrets, people }: Context, cell: Cell): Promise<Array<[string, SubjectId]>> {
  const token = (id: string): Promise<string> =>
    clientToken({ issuer: addresses.url("issuer", cell), id, secret: secrets.clients[id] ?? "" }, cell, "records");
  const records = addresses.url("records", cell);
  await enrolEveryone(records, await token("records"));
  const customers = people.filter((person) => person.cell === cell && person.crmKey !== null);
  // The support desk may see everyone of its cell.
  const support = await token("support-desk");
  return Promise.all(
    customers.map(async (person): Promise<[string, SubjectId]> => [
      person.id,
      await findSubjectId(records, support, demoSource, person.crmKey ?? ""),
    ]),
  );
}
