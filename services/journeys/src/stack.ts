/** What a journey does with the running stack: as a service, as a person, as somebody who reads the mail. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Cell, SubjectId, type ServiceName } from "@behest/contracts/ids";
import { inject } from "vitest";
import { z } from "zod";

const run = promisify(execFile);
export const root = resolve(import.meta.dirname, "../../..");

const CellUrls = z.object({ consent: z.url(), records: z.url(), crm: z.url(), portal: z.url(), issuer: z.url() });
const Stack = z.object({
  mailbox: z.url(),
  smtp: z.url(),
  cells: z.record(Cell, CellUrls),
  clients: z.record(z.string(), z.object({ id: z.string(), secret: z.string() })),
  people: z.array(z.object({ role: z.string(), email: z.string(), password: z.string(), subject: SubjectId.nullable(), cell: Cell })),
  databases: z.record(Cell, z.url()),
});
export type Stack = z.infer<typeof Stack>;
export type Person = Stack["people"][number];
export type Answer = { status: number; body: unknown };

export const stackFolder = (): string => inject("stackFolder");
export const readStack = (): Stack => Stack.parse(JSON.parse(readFileSync(join(stackFolder(), "stack.json"), "utf8")));

/** Runs a program of the repository as a user would, against this stack. */
export async function program(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...plainEnv(), BEHEST_LOCAL: stackFolder(), ...env },
    maxBuffer: 50_000_000,
  });
}

const plainEnv = (): Record<string, string> => ({ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" });

/** Access token of a client, or of a demo person by e-mail, for one service. */
export async function tokenOf(who: string, service: ServiceName, cell: Cell = "eu", through?: string): Promise<string> {
  const args = who.includes("@") ? ["--person", who, service, ...(through ? ["--client", through] : [])] : [who, service, cell];
  return (await program("infra/local/src/token.ts", args)).stdout.trim();
}

export async function send(
  token: string,
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** A demo person by role, the first of a cell. */
export function personOf(stack: Stack, role: string, cell: Cell = "eu", index = 0): Person {
  const person = stack.people.filter((candidate) => candidate.role === role && candidate.cell === cell)[index];
  if (!person) throw new Error(`no ${role} in ${cell}`);
  return person;
}
export function subjectOf(person: Person): SubjectId {
  if (person.subject === null) throw new Error(`${person.role} has no subject id`);
  return person.subject;
}

const Decisions = z.object({
  decisions: z.array(
    z.object({
      allowed: z.boolean(),
      reasons: z.array(z.object({ code: z.string() }).loose()),
      obligations: z.array(z.object({ kind: z.string() }).loose()),
      revision: z.string(),
      ageMs: z.number(),
      policy: z.string(),
    }),
  ),
});
export type Decision = z.infer<typeof Decisions>["decisions"][number];

/** One check by a client. */
export async function check(url: string, token: string, question: Record<string, unknown>): Promise<Decision> {
  const { status, body } = await send(token, "POST", `${url}/v1/checks`, { checks: [question] });
  const [decision] = status === 200 ? Decisions.parse(body).decisions : [];
  if (!decision) throw new Error(`check answered ${status}: ${JSON.stringify(body)}`);
  return decision;
}
