/** POST /v1/enrolments: which people exist, and what the ledger must know of them. Saying the same again changes nothing. */
import type { Enrolment, enrolSubjects as enrolSubjectsRoute } from "@behest/contracts/consent-feed";
import { cellOf, type Channel } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { InputOf, ReplyOf } from "@behest/contracts/route";
import type { Actor } from "@behest/runtime/actor";
import type { Tx } from "@behest/runtime/database";
import type { ConsentCell } from "./cell.ts";
import { commitTo } from "./commitment.ts";
import type { ContactPoints, Fact, Residence } from "./facts.ts";
import type { FoldedState } from "./fold.ts";
import { beginWriting } from "./ledger.ts";

/** All or nothing. Throws Problem `wrong_cell` if any subject is another cell's. */
export const enrolSubjects =
  (consent: ConsentCell) =>
  async (tx: Tx, actor: Actor, { body }: InputOf<typeof enrolSubjectsRoute>): Promise<ReplyOf<typeof enrolSubjectsRoute>> => {
    const foreign = body.subjects.find(({ subject }) => cellOf(subject) !== consent.cell);
    if (foreign !== undefined) throw new Problem("wrong_cell", { cell: cellOf(foreign.subject) });
    const writing = await beginWriting(
      tx,
      consent.ledger,
      body.subjects.map(({ subject }) => subject),
    );
    const outcome = { enrolled: 0, changed: 0, unchanged: 0 };
    for (const enrolment of body.subjects) {
      const { subject } = enrolment;
      const { state } = writing.of(subject);
      // Erased is final, so there is nothing to commit to either.
      const contactPoints = state?.status === "erased" ? {} : commitments(consent, writing.keyOf(subject).salt, enrolment);
      const facts = factsOf(state, enrolment, contactPoints);
      for (const fact of facts) await writing.append(subject, fact, { actor: "service", client: actor.client });
      outcome[facts.length === 0 ? "unchanged" : state === null ? "enrolled" : "changed"] += 1;
    }
    await writing.flush();
    return { status: 200, body: outcome };
  };

/** What is new about the person. Pure. */
export function factsOf(state: FoldedState | null, enrolment: Enrolment, contactPoints: ContactPoints): Fact[] {
  const residence = residenceOf(enrolment);
  if (state === null) return [{ kind: "enrolled", residence, contactPoints }];
  if (state.status === "erased") return [];
  const { countries, subdivision, timeZone, birthYear } = state;
  return [
    ...(same(residence, { countries, subdivision, timeZone, birthYear }) ? [] : [{ kind: "residence_changed" as const, residence }]),
    ...(same(contactPoints, state.contactPoints) ? [] : [{ kind: "contact_point_changed" as const, contactPoints }]),
  ];
}

/** Countries are a set: their order says nothing. */
const residenceOf = ({ countries, subdivision, timeZone, birthYear }: Enrolment): Residence => ({
  countries: [...new Set(countries)].toSorted(),
  subdivision,
  timeZone,
  birthYear,
});

/** One a channel: the first is the one in use. */
function commitments(consent: ConsentCell, salt: string, { contactPoints }: Enrolment): ContactPoints {
  const points = new Map<Channel, string>();
  for (const { channel, value } of contactPoints)
    if (!points.has(channel)) points.set(channel, commitTo(consent.ledger.commitmentKey, salt, channel, value));
  return Object.fromEntries(points);
}

/** Of flat values, whatever the order of their keys. */
const same = (one: object, other: object): boolean => sorted(one) === sorted(other);
const sorted = (value: object): string => JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
