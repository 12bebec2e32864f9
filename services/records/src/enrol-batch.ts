/** Enrol one batch of persons: a subject id each, their references and residence evidence. The same batch again changes nothing. */
import { createHash } from "node:crypto";
import { Enrolment } from "@behest/contracts/consent-feed";
import { SubjectId } from "@behest/contracts/ids";
import { normaliseCountry } from "@behest/policies/residency";
import type { Tx } from "@behest/runtime/database";
import { newSubjectId } from "@behest/runtime/id";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Door } from "./door.ts";
import { residenceOf, type Evidence, type Residence } from "./residence.ts";
import type { Person } from "./scan-persons.ts";
import { externalReference, residenceEvidence, subject } from "./schema.ts";

const asGivenCharactersMax = 100;
const countriesMax = 10;

export type BatchResult = { found: number; enrolled: number; changed: number; unchanged: number; conflicts: number };
type Known = { id: SubjectId; digest: Buffer };

export async function enrolBatch(tx: Tx, door: Door, persons: readonly Person[]): Promise<BatchResult> {
  const known = await knownSubjects(tx, door, persons);
  const result: BatchResult = { found: persons.length, enrolled: 0, changed: 0, unchanged: 0, conflicts: 0 };
  for (const person of persons) {
    const described = describe(door, person);
    const before = known.get(person.key);
    if (described.residence.conflict) result.conflicts += 1;
    if (before?.digest.equals(described.digest)) result.unchanged += 1;
    else {
      await writeSubject(tx, door, person, described, before);
      result[before ? "changed" : "enrolled"] += 1;
    }
  }
  return result;
}

/** What consent is told of a person: never a name. What the contract can't take (a dash for an address, a year before 1900) is left out. */
export function enrolmentOf(door: Door, id: SubjectId, person: Person): Enrolment {
  const { residence, subdivision } = describe(door, person);
  return {
    subject: id,
    // Evidence for more countries than anybody lives in says nothing: unknown, so the strictest.
    countries: residence.countries.length > countriesMax ? [] : residence.countries,
    subdivision,
    timeZone: null,
    birthYear: Enrolment.shape.birthYear.safeParse(person.birthYear).data ?? null,
    contactPoints: person.contactPoints.filter((point) => Enrolment.shape.contactPoints.element.safeParse(point).success),
  };
}

type Described = { evidence: Evidence[]; residence: Residence; subdivision: string | null; digest: Buffer };

function describe(door: Door, person: Person): Described {
  const evidence = person.residenceAsGiven.map((asGiven) => ({
    asGiven: asGiven.slice(0, asGivenCharactersMax),
    countries: normaliseCountry(door.policies, asGiven).countries,
  }));
  const residence = residenceOf(evidence);
  const subdivision = subdivisionOf(residence, person.subdivision);
  const content = JSON.stringify([
    person.reference,
    person.residenceAsGiven,
    residence,
    subdivision,
    person.birthYear,
    person.contactPoints,
  ]);
  return { evidence, residence, subdivision, digest: createHash("sha256").update(content).digest() };
}

/** A CRM gives the second half (`CA`) or the whole (`US-CA`). It counts only for a residence that is one known country. */
function subdivisionOf({ countries }: Residence, given: string | null): string | null {
  const [country] = countries;
  if (given === null || country === undefined || countries.length !== 1) return null;
  const code = given.includes("-") ? given : `${country}-${given}`;
  return /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code) && code.startsWith(country) ? code : null;
}

async function knownSubjects(tx: Tx, door: Door, persons: readonly Person[]): Promise<Map<string, Known>> {
  if (persons.length === 0) return new Map();
  const rows = await tx
    .select({ id: subject.id, key: subject.personKey, digest: subject.digest })
    .from(subject)
    .where(
      and(
        eq(subject.source, door.map.source),
        inArray(
          subject.personKey,
          persons.map(({ key }) => key),
        ),
      ),
    );
  return new Map(rows.map(({ id, key, digest }) => [key, { id: SubjectId.parse(id), digest }]));
}

async function writeSubject(
  tx: Tx,
  door: Door,
  person: Person,
  { evidence, residence, subdivision, digest }: Described,
  before: Known | undefined,
): Promise<void> {
  const now = door.clock.now();
  const content = {
    countries: residence.countries,
    subdivision,
    timeZone: null,
    birthYear: person.birthYear,
    conflict: residence.conflict,
    digest,
    changedAt: now,
  };
  const [row] = await tx
    .insert(subject)
    .values({
      id: before?.id ?? newSubjectId(door.cell, door.clock),
      source: door.map.source,
      personKey: person.key,
      enrolledAt: now,
      ...content,
    })
    .onConflictDoUpdate({ target: [subject.source, subject.personKey], set: content })
    .returning({ id: subject.id });
  const id = row?.id;
  if (id === undefined) throw new Error("a subject was neither inserted nor updated");
  await tx.delete(externalReference).where(eq(externalReference.subject, id));
  await tx
    .insert(externalReference)
    .values({ ...person.reference, subject: id })
    .onConflictDoUpdate({ target: [externalReference.source, externalReference.key], set: { subject: sql`excluded.subject` } });
  await tx.delete(residenceEvidence).where(eq(residenceEvidence.subject, id));
  if (evidence.length > 0)
    await tx
      .insert(residenceEvidence)
      .values(evidence.map(({ asGiven, countries }) => ({ subject: id, asGiven, countries: [...countries] })))
      .onConflictDoNothing();
}
