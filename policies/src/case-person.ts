/** A case's few words about a question and a person, filled up with the defaults to what `decide()` is asked. */
import { Channel } from "@behest/contracts/ids";
import type { DecisionCase } from "./case-file.ts";
import type { PolicySet } from "./compile.ts";
import { cellOfCountries } from "./residency.ts";
import type { ConsentState, Evidence, Question, SubjectState } from "./state.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
type Person = NonNullable<DecisionCase["person"]>;
type Consent = Person["consents"][string];

export function questionOf(set: PolicySet, { ask, person }: Pick<DecisionCase, "ask" | "person">): Question {
  const { client, roles, at, cell, ...rest } = ask;
  return { ...rest, caller: { client, roles }, at: new Date(at), cell: cell ?? cellOfCountries(set, person?.countries ?? []) };
}

export function stateOf(set: PolicySet, { ask, person }: Pick<DecisionCase, "ask" | "person">): SubjectState | null {
  if (person === null) return null;
  const { consents, objections, evidence, contacts, contactPoints, ...rest } = person;
  const at = Date.parse(ask.at);
  return {
    ...rest,
    contactPoints: Object.fromEntries(channelsOf(contactPoints)),
    consents: Object.fromEntries(Object.entries(consents).map(([purpose, consent]) => [purpose, consentOf(set, purpose, consent, at)])),
    objections: Object.fromEntries(objections.map((purpose) => [purpose, { at: instant(at - dayMs) }])),
    evidence: channelsOf(evidence).flatMap(([channel, given]) => evidenceOf(channel, given, contactPoints[channel], at)),
    contacts: channelsOf(contacts).flatMap(([channel, times]) => contactTimes(times, at).map((time) => ({ channel, at: time }))),
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();

const channelsOf = <T>(byChannel: Partial<Record<Channel, T>>): [Channel, T][] =>
  Channel.options.flatMap((channel) => (byChannel[channel] === undefined ? [] : [[channel, byChannel[channel]]]));

function consentOf(set: PolicySet, purpose: string, given: Consent, at: number): ConsentState {
  const current = set.purposes.get(purpose);
  const said = typeof given === "string" ? { status: given, confirmed: true, separate: true, givenBy: "subject" as const } : given;
  const { contact, expiresAt, noticeVersion, noticeHash, ...rest } = {
    contact: undefined,
    expiresAt: undefined,
    noticeVersion: undefined,
    noticeHash: undefined,
    at: undefined,
    ...said,
  };
  const [[channel, hash] = []] = contact === undefined ? [] : channelsOf(contact);
  return {
    ...rest,
    at: rest.at ?? instant(at - 30 * dayMs),
    noticeVersion: noticeVersion ?? current?.notice.version ?? "",
    noticeHash: noticeHash ?? current?.noticeHash ?? "",
    ...(channel === undefined || hash === undefined ? {} : { contact: { channel, hash } }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

type Given = NonNullable<Person["evidence"][Channel]>;
function evidenceOf(channel: Channel, given: Given, current: string | undefined, at: number): Evidence[] {
  const { proved, purpose, contact = current } = "proved" in given ? given : { proved: given, purpose: undefined, contact: undefined };
  const recorded = Array.isArray(proved) ? proved.map((condition) => [condition, instant(at - dayMs)] as const) : Object.entries(proved);
  return recorded.map(([condition, when]) => ({
    channel,
    condition,
    at: when,
    ...(purpose === undefined ? {} : { purpose }),
    ...(contact === undefined || contact === null ? {} : { contact }),
  }));
}

const contactTimes = (times: number | string[], at: number): string[] =>
  typeof times === "number" ? Array.from({ length: times }, (_, index) => instant(at - (index + 1) * hourMs)) : times;
