/** `.local/stack.json`: where everything is and who may sign in, for tools and tests. There while the stack is ready, gone when it stops. */
import { Cell, SubjectId, cells } from "@behest/contracts/ids";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { localClients } from "./clients.ts";
import { type OwnerUrls, serviceUrl } from "./databases.ts";
import { readPrivateJson, writePrivateJson } from "./local-files.ts";
import type { Person } from "./people.ts";
import type { Secrets } from "./secrets.ts";

const CellAddresses = z.strictObject({ consent: z.url(), records: z.url(), crm: z.url(), portal: z.url(), issuer: z.url() });
export const StackFile = z.strictObject({
  mailbox: z.url(),
  smtp: z.url(),
  cells: z.record(z.enum(cells), CellAddresses),
  clients: z.record(z.string(), z.strictObject({ id: z.string(), secret: z.string() })),
  people: z.array(
    z.strictObject({
      role: z.string(),
      name: z.string(),
      email: z.string(),
      password: z.string(),
      subject: SubjectId.nullable(),
      staffId: z.string().nullable(),
      cell: Cell,
    }),
  ),
  /** Owner's URL: may do anything in the cell's database. */
  databases: z.record(z.enum(cells), z.url()),
  /** The CRM role's URL, for its imports. */
  crmDatabases: z.record(z.enum(cells), z.url()),
});
export type StackFile = z.infer<typeof StackFile>;

export function stackFileOf(addresses: Addresses, secrets: Secrets, people: readonly Person[], ownerUrls: OwnerUrls): StackFile {
  const cellAddresses = cells.map((cell) => {
    const url = (listener: Parameters<Addresses["url"]>[0]): string => addresses.url(listener, cell);
    return [
      cell,
      { consent: url("consent"), records: url("records"), crm: url("crm"), portal: url("portal"), issuer: url("issuer") },
    ] as const;
  });
  // Parsed, not cast: what a tool reads later is checked here.
  return StackFile.parse({
    mailbox: addresses.mailboxUrl,
    smtp: addresses.smtpUrl,
    cells: Object.fromEntries(cellAddresses),
    clients: Object.fromEntries(localClients.map(({ name }) => [name, { id: name, secret: secrets.clients[name] }])),
    people: people.map(({ role, name, email, subject, staffId, cell }) => ({
      role,
      name,
      email,
      password: secrets.demoPassword,
      subject,
      staffId,
      cell,
    })),
    databases: ownerUrls,
    crmDatabases: Object.fromEntries(cells.map((cell) => [cell, serviceUrl(ownerUrls[cell], cell, "crm", secrets)])),
  });
}

export const writeStackFile = (file: string, stack: StackFile): void => writePrivateJson(file, stack);
export const readStackFile = (file: string): StackFile | undefined => readPrivateJson(file, StackFile);
