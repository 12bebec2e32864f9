/** The real provider of one cell on a free port, with the demo's people in a folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cell, SubjectId } from "@behest/contracts/ids";
import { freePort } from "@behest/runtime/testing/free-port";
import { ensurePeople, linkSubjects } from "../people.ts";
import { startIssuer } from "../provider/issuer-server.ts";
import { type Secrets, ensureSecrets } from "../secrets.ts";

export type IssuerFixture = {
  cell: Cell;
  issuer: string;
  portalUrl: string;
  secrets: Secrets;
  folder: string;
  subjectOfAnna: SubjectId;
  close(): Promise<void>;
};

export async function startIssuerFixture(cell: Cell): Promise<IssuerFixture> {
  const folder = mkdtempSync(join(tmpdir(), "behest-issuer-"));
  const secrets = await ensureSecrets(join(folder, "secrets.json"));
  const peopleFile = join(folder, "people.json");
  const people = await ensurePeople(peopleFile, secrets.demoPassword);
  const subjectOfAnna = SubjectId.parse("eu_0197c3a5d0e17cc29f3a52c1b0f0a001");
  const anna = people.find((person) => person.email.startsWith("anna."));
  if (anna) linkSubjects(peopleFile, new Map([[anna.id, subjectOfAnna]]));
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const portalUrl = "http://127.0.0.1:9";
  const { issuerKey: signingKey, issuerCookieKey: cookieKey } = secrets.cells[cell];
  const server = await startIssuer({ cell, issuer, signingKey, cookieKey, clientSecrets: secrets.clients, portalUrl, peopleFile });
  return {
    cell,
    issuer,
    portalUrl,
    secrets,
    folder,
    subjectOfAnna,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
