/**
 * `pnpm -s run token <client> <service> [cell]` prints an access token of that client. (`run`, because `pnpm token` alone is pnpm's own command.)
 * `pnpm -s run token --person <email> <service> [--client portal]` prints one of a demo person, who signs in through that client.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Cell, ServiceName, audienceOf, cells, serviceNames } from "@behest/contracts/ids";
import { clientToken } from "./access-token.ts";
import { localClients } from "./clients.ts";
import { localFilesOf } from "./local-files.ts";
import { redirectUriOf } from "./redirect-uri.ts";
import { SignInRefused, signInPerson } from "./sign-in-person.ts";
import { type StackFile, readStackFile } from "./stack-file.ts";
import { StartFailure } from "./start-failure.ts";

const usage = [
  "usage: pnpm -s run token <client> <service> [cell]",
  "       pnpm -s run token --person <email> <service> [--client <client>]",
  `clients:  ${localClients.map(({ name }) => name).join(", ")}`,
  `services: ${serviceNames.join(", ")}`,
  `cells:    ${cells.join(", ")} (eu where none is named)`,
].join("\n");

try {
  process.stdout.write(`${await askedToken(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function askedToken(args: string[]): Promise<string> {
  const { values, positionals } = parsed(args);
  const stack = runningStack();
  if (values.person !== undefined) return personToken(stack, values.person, values.client ?? "portal", positionals);
  const [name, service, cell = "eu", ...rest] = positionals;
  if (name === undefined || service === undefined || rest.length > 0 || values.client !== undefined) throw new StartFailure(usage);
  const asked = { service: known(ServiceName, service, "service"), cell: known(Cell, cell, "cell") };
  return clientToken(clientAt(stack, name, asked.cell), asked.cell, asked.service);
}

async function personToken(stack: StackFile, email: string, clientName: string, positionals: readonly string[]): Promise<string> {
  const [service, ...rest] = positionals;
  if (service === undefined || rest.length > 0) throw new StartFailure(usage);
  const audience = known(ServiceName, service, "service");
  const person = stack.people.find((candidate) => candidate.email === email);
  if (!person)
    throw new StartFailure(
      `no demo person has the address ${email}; there are ${stack.people.map((candidate) => candidate.email).join(", ")}`,
    );
  const through = localClients.filter((client) => client.signIn).map(({ name }) => name);
  if (!through.includes(clientName)) throw new StartFailure(`people sign in through ${through.join(", ")}, not ${clientName}`);
  const { cell } = person;
  const client = clientAt(stack, clientName, cell);
  const redirectUri = redirectUriOf(clientName, { issuer: client.issuer, portalUrl: stack.cells[cell].portal });
  const signedIn = await signInPerson({ client, redirectUri, cell, person: { email, password: person.password } });
  const token = await signedIn.tokenFor(audienceOf(cell, audience));
  return token.access_token;
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { person: { type: "string" }, client: { type: "string" } } });
  } catch (error) {
    throw new StartFailure(`${messageOf(error)}\n${usage}`, error);
  }
}

function runningStack(): StackFile {
  const folder = resolve(import.meta.dirname, "../../..", process.env["BEHEST_LOCAL"] ?? ".local");
  const stack = readStackFile(localFilesOf(folder).stack);
  if (!stack) throw new StartFailure("Behest does not run here: start it with pnpm start and wait until it is ready");
  return stack;
}

function clientAt(stack: StackFile, name: string, cell: Cell): { issuer: string; id: string; secret: string } {
  const client = stack.clients[name];
  if (!client) throw new StartFailure(`no client is called ${name}\n${usage}`);
  return { issuer: stack.cells[cell].issuer, ...client };
}

function known<T extends string>(schema: { safeParse(value: string): { data?: T | undefined } }, value: string, what: string): T {
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new StartFailure(`no ${what} is called ${value}\n${usage}`);
  return data;
}

function messageOf(error: unknown): string {
  if (error instanceof StartFailure || error instanceof SignInRefused) return error.message;
  if (error instanceof TypeError && error.message === "fetch failed")
    return "the identity provider does not answer: is pnpm start still running?";
  return error instanceof Error ? error.message : "unknown fault";
}
