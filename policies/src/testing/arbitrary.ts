/** Questions and people for property tests: mostly of names that exist and near the border between yes and no, some of pure noise. */
import { evidenceConditions } from "@behest/contracts/consent";
import { cells, Channel } from "@behest/contracts/ids";
import fc from "fast-check";
import type { PolicySet } from "../compile.ts";
import type { ConsentState, Question, SubjectState } from "../state.ts";

const noise = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString", "", "DE", "9999-99-99T00:00:00Z"));
const mostly = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: unusual });
const time = fc.date({ min: new Date("2026-11-01T00:00:00Z"), max: new Date("2026-11-30T00:00:00Z"), noInvalidDate: true });
const instant = mostly(
  time.map((date) => date.toISOString()),
  fc.oneof(
    noise,
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  ),
);
const channel = fc.constantFrom(...Channel.options);

export function arbitraries(set: PolicySet) {
  const purpose = fc.constantFrom(...set.purposes.keys());
  const country = mostly(fc.constantFrom("DE", "FR", "GB", "US", "CN", "JP", "BR", "CH", "KR", "LB"), noise);
  const client = fc.constantFrom(...set.callers.keys());

  const rest = fc.record(
    { channel, usedIn: country, categories: fc.array(mostly(fc.constantFrom(...set.categories.keys()), noise), { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  const anyQuestion: fc.Arbitrary<Question> = fc
    .record({
      caller: fc.record({
        client: mostly(client, noise),
        roles: fc.option(fc.array(mostly(fc.constantFrom(...set.roles.keys()), noise), { maxLength: 2 })),
      }),
      purpose: mostly(purpose, noise),
      cell: fc.constantFrom(...cells),
      at: fc.date(),
      contactNow: fc.boolean(),
      rest,
    })
    .map(({ rest: more, ...base }) => ({ ...base, ...more }));

  /** One that may be allowed: by a client with the grant, by a channel of the purpose. */
  const grants = [...set.callers.values()].flatMap((caller) => caller.purposes.map((code) => ({ client: caller.client, code })));
  const likelyQuestion: fc.Arbitrary<Question> = fc
    .record({
      grant: fc.constantFrom(...grants),
      cell: fc.constantFrom(...cells),
      at: time,
      contactNow: fc.boolean(),
      usedIn: fc.option(country, { nil: undefined }),
      pick: fc.option(fc.nat(5), { nil: undefined }),
    })
    .map(({ grant, pick, ...base }) => ({
      ...base,
      caller: { client: grant.client, roles: null },
      purpose: grant.code,
      channel: pick === undefined ? undefined : set.purposes.get(grant.code)?.channels.at(pick),
    }));

  const consentTo = (code: string): fc.Arbitrary<ConsentState> => {
    const current = set.purposes.get(code);
    return fc.record(
      {
        status: mostly(fc.constant<ConsentState["status"]>("granted"), fc.constantFrom<ConsentState["status"]>("refused", "withdrawn")),
        at: instant,
        noticeVersion: mostly(fc.constant(current?.notice.version ?? ""), noise),
        noticeHash: mostly(fc.constant(current?.noticeHash ?? ""), noise),
        confirmed: mostly(fc.constant(true), fc.constant(false)),
        separate: mostly(fc.constant(true), fc.constant(false)),
        givenBy: fc.constantFrom<ConsentState["givenBy"]>("subject", "guardian"),
        contact: fc.record({ channel, hash: fc.constantFrom("a", "b") }),
        expiresAt: instant,
      },
      { requiredKeys: ["status", "at", "noticeVersion", "noticeHash", "confirmed", "separate", "givenBy"] },
    );
  };
  const consents = fc
    .subarray([...set.purposes.keys(), "__proto__"])
    .chain((codes) =>
      fc
        .tuple(...codes.map((code) => consentTo(code).map((consent) => [code, consent] as const)))
        .map((entries) => Object.fromEntries(entries)),
    );

  const someEvidence = fc.array(
    fc.record(
      {
        channel,
        condition: mostly(fc.constantFrom<string>(...evidenceConditions), noise),
        at: instant,
        purpose,
        contact: fc.constantFrom("a", "b"),
      },
      { requiredKeys: ["channel", "condition", "at"] },
    ),
    { maxLength: 40 },
  );
  /** Of every condition, for every address and for every purpose that rests on opt-out without a channel. */
  const told = [...set.purposes.values()].filter(({ basis }) => Object.values(basis).some(({ kind }) => kind === "opt-out"));
  const everything = fc.constant(
    Channel.options.flatMap((one) =>
      evidenceConditions.flatMap((condition) =>
        [{}, { contact: "a" }, { contact: "b" }].flatMap((bound) =>
          [{}, ...told.map(({ purpose: about }) => ({ purpose: about }))].map((about) => ({
            channel: one,
            condition,
            at: "2026-10-31T12:00:00.000Z",
            ...bound,
            ...about,
          })),
        ),
      ),
    ),
  );
  const state: fc.Arbitrary<SubjectState> = fc.record({
    status: mostly(fc.constant<SubjectState["status"]>("active"), fc.constant<SubjectState["status"]>("erased")),
    restricted: mostly(fc.constant(false), fc.constant(true)),
    countries: fc.array(country, { maxLength: 2 }),
    subdivision: mostly(fc.constantFrom(null, "US-CA", "US-TX"), noise),
    timeZone: mostly(fc.constantFrom(null, "Europe/Berlin", "America/New_York", "Asia/Seoul"), noise),
    birthYear: fc.oneof(fc.constant(null), fc.integer({ min: 1930, max: 2026 }), fc.integer()),
    consents,
    objections: fc
      .subarray([...set.purposes.keys()], { maxLength: 2 })
      .map((codes) => Object.fromEntries(codes.map((code) => [code, { at: "2026-11-01T00:00:00.000Z" }]))),
    contactPoints: fc.constantFrom({}, { email: "a" }, { email: "a", phone: "a", sms: "b" }),
    evidence: fc.oneof(everything, someEvidence),
    contacts: fc.array(fc.record({ channel, at: instant }), { maxLength: 4 }),
  });

  /** A grant without a fault, as far as a grant can be. */
  const wholeGrant = (code: string): ConsentState => ({
    status: "granted",
    at: "2026-10-31T00:00:00.000Z",
    noticeVersion: set.purposes.get(code)?.notice.version ?? "",
    noticeHash: set.purposes.get(code)?.noticeHash ?? "",
    confirmed: true,
    separate: true,
    givenBy: "guardian",
  });
  return { purpose, anyQuestion, likelyQuestion, state, country, consentTo, wholeGrant };
}
