/** The demo's accounts: customers of every cell, and staff of eu. All invented, all at example.com. */
import { randomUUID } from "node:crypto";
import { Cell, SubjectId } from "@behest/contracts/ids";
import { z } from "zod";
import { readPrivateJson, writePrivateJson } from "./local-files.ts";
import { demoPeople } from "./demo-people.ts";
import { hashPassword, isCurrentHash } from "./passwords.ts";

const Person = z.strictObject({
  /** The account id, `sub` of the person's tokens. */
  id: z.uuid(),
  cell: Cell,
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  /** What the summary and stack.json call them. */
  role: z.string(),
  roles: z.array(z.string()),
  staffId: z.string().nullable(),
  /** The CRM's key of the customer, by which records tells the subject id. */
  crmKey: z.string().nullable(),
  subject: SubjectId.nullable(),
  passwordHash: z.string(),
});
export type Person = z.infer<typeof Person>;
const PeopleFile = z.strictObject({ people: z.array(Person) });

/** Reads anew each time: the subject ids come in after the provider has started. */
export function readPeople(file: string): Person[] {
  return readPrivateJson(file, PeopleFile)?.people ?? [];
}

export function findByEmail(file: string, cell: Cell, email: string): Person | undefined {
  const wanted = email.trim().toLowerCase();
  return readPeople(file).find((person) => person.cell === cell && person.email.toLowerCase() === wanted);
}

export function findById(file: string, cell: Cell, id: string): Person | undefined {
  return readPeople(file).find((person) => person.cell === cell && person.id === id);
}

/** Makes the accounts that aren't there yet; ids, hashes and subjects of the others stay. */
export async function ensurePeople(file: string, password: string): Promise<Person[]> {
  const present = readPeople(file);
  const people = await Promise.all(
    demoPeople.map(async (demo): Promise<Person> => {
      const old = present.find((person) => person.email === demo.email && person.cell === demo.cell);
      const passwordHash = old && isCurrentHash(old.passwordHash) ? old.passwordHash : await hashPassword(password);
      return { id: old?.id ?? randomUUID(), ...demo, subject: old?.subject ?? null, passwordHash };
    }),
  );
  if (JSON.stringify(people) !== JSON.stringify(present)) writePrivateJson(file, { people });
  return people;
}

/** Links an account to the subject that records has enrolled. */
export function linkSubjects(file: string, subjects: ReadonlyMap<string, SubjectId>): Person[] {
  const people = readPeople(file).map((person) => ({ ...person, subject: subjects.get(person.id) ?? person.subject }));
  writePrivateJson(file, { people });
  return people;
}
