import { compactVerify, createLocalJWKSet } from "jose";
import { describe, expect } from "vitest";
import { z } from "zod";
import { type Answer, consentTest, type ConsentService, grantOf, type Person } from "./testing/consent-service.ts";

const Recorded = z.object({
  event: z.object({ id: z.string(), revision: z.string(), version: z.number(), kind: z.string() }),
  receipt: z.string().nullable(),
  status: z.string(),
});
const recorded = (answer: Answer) => Recorded.parse(answer.body);
const decide = (service: ConsentService, person: Person, body: Record<string, unknown>, headers?: Record<string, string>) =>
  service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, body, headers);
const Choices = z.object({
  choices: z.array(
    z.object({
      purpose: z.string(),
      status: z.string(),
      control: z.string(),
      allowedNow: z.boolean(),
      objected: z.boolean(),
      receipt: z.string().nullable(),
      name: z.string(),
    }),
  ),
});
const choiceOf = async (service: ConsentService, person: Person, purpose: string, locale = "en") =>
  Choices.parse((await service.by(person, "GET", `/v1/subjects/${person.subject}/choices?locale=${locale}`)).body).choices.find(
    (choice) => choice.purpose === purpose,
  );
const eventsOf = async (service: ConsentService, person: Person) =>
  z
    .object({ events: z.array(z.object({ kind: z.string(), id: z.string() })) })
    .parse((await service.by(person, "GET", `/v1/subjects/${person.subject}/events`)).body).events;

const ReceiptRecord = z.looseObject({
  "dpv:hasRight": z.array(z.object({ "@id": z.string(), "dct:source": z.array(z.string()) })),
  "dpv:hasNotice": z.array(z.record(z.string(), z.string())),
  "dpv:hasProcess": z.array(z.unknown()),
});
async function recordOf(service: ConsentService, person: Person, receipt: string | null): Promise<z.infer<typeof ReceiptRecord>> {
  const { body } = await service.by(person, "GET", `/v1/subjects/${person.subject}/receipts/${receipt}`);
  return z.object({ content: z.object({ "dpv:hasRecordOfActivity": z.tuple([ReceiptRecord]) }) }).parse(body).content[
    "dpv:hasRecordOfActivity"
  ][0];
}

describe("CONSENT-5 consent is asked honestly and recorded as it was given", () => {
  consentTest(
    "a grant is an event with a receipt whose signature verifies with the published keys and whose words are those shown",
    async ({ service }) => {
      const person = await service.enrol();
      const { event, receipt, status } = recorded(await service.grant(person, "marketing-email"));
      expect({ kind: event.kind, version: event.version, status }).toEqual({ kind: "granted", version: 2, status: "granted" });

      const answer = await service.by(person, "GET", `/v1/subjects/${person.subject}/receipts/${receipt}`);
      const { jws, content } = z.object({ jws: z.string(), content: z.record(z.string(), z.unknown()) }).parse(answer.body);
      const keys = z
        .object({ keys: z.array(z.record(z.string(), z.string())) })
        .parse(await (await fetch(`${service.url()}/.well-known/jwks.json`)).json());
      expect(JSON.stringify(keys)).not.toContain('"d"');
      const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys));
      expect(protectedHeader).toMatchObject({ alg: "ES256", kid: keys.keys[0]?.["kid"] });
      expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(content);
      const notice = service.policies.purposes.get("marketing-email");
      const text = JSON.stringify(content);
      for (const said of [
        event.id,
        event.revision,
        person.subject,
        notice?.noticeHash ?? "?",
        notice?.notice.version ?? "?",
        "dpv:ConsentGiven",
        "https://privacy.example.org",
        "2026-11-22T11:00:00.000Z",
      ])
        expect(text).toContain(said);
      expect(text).not.toContain(person.email);
      expect(content["dpv:hasRecordOfActivity"]).toMatchObject([
        {
          "dpv:hasJurisdiction": ["DE"],
          "dpv:hasProcess": [
            {
              "dpv:hasPersonalData": expect.any(Array),
              "dpv:hasStorageCondition": expect.arrayContaining([expect.objectContaining({ "dpv:hasLocation": "eu" })]),
            },
          ],
          "dpv:hasDataController": [expect.objectContaining({ "schema:legalName": expect.any(String) })],
        },
      ]);
    },
  );

  consentTest("a withdrawal has its receipt too, and the choices show both", async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    expect(await choiceOf(service, person, "marketing-email", "ja")).toMatchObject({
      status: "granted",
      control: "consent",
      allowedNow: true,
      name: service.policies.purposes.get("marketing-email")?.name.ja,
    });
    const { receipt, status } = recorded(await decide(service, person, { purpose: "marketing-email", action: "withdraw" }));
    expect(status).toBe("withdrawn");
    expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ status: "withdrawn", allowedNow: false, receipt });
    const stored = await service.by(person, "GET", `/v1/subjects/${person.subject}/receipts/${receipt}`);
    expect(JSON.stringify(stored.body)).toContain("dpv:ConsentWithdrawn");
  });

  consentTest(
    "the receipt lists the rights that the laws of the person's residence give, each with where it is written",
    async ({ service }) => {
      const rightsIn = async (residence: Parameters<ConsentService["enrol"]>[0]) => {
        const person = await service.enrol(residence);
        const { receipt } = recorded(await service.grant(person, "marketing-email"));
        const record = await recordOf(service, person, receipt);
        return new Map(record["dpv:hasRight"].map((right) => [right["@id"], right["dct:source"]]));
      };
      const [german, japanese, either] = [
        await rightsIn({ countries: ["DE"] }),
        await rightsIn({ countries: ["JP"] }),
        await rightsIn({ countries: ["DE", "JP"] }),
      ];
      expect(german.get("withdrawal")).toEqual(["GDPR Art. 7(3)"]);
      expect(german.get("portability")).toEqual(["GDPR Art. 20"]);
      expect(japanese.get("access")).toEqual(["APPI Art. 33"]);
      expect(japanese.has("portability")).toBe(false);
      expect(either.get("access")).toEqual(["GDPR Art. 15", "APPI Art. 33"]);
    },
  );

  consentTest(
    "the receipt of a withdrawal is in the language of the request and names the notice agreed to before, or none",
    async ({ service }) => {
      const [agreed, never] = [await service.enrol(), await service.enrol()];
      await service.grant(agreed, "marketing-email");
      const purpose = service.policies.purposes.get("marketing-email");
      const notices = [];
      for (const person of [agreed, never]) {
        const { receipt } = recorded(await decide(service, person, { purpose: "marketing-email", action: "withdraw", locale: "ja" }));
        const record = await recordOf(service, person, receipt);
        expect(record["dpv:hasProcess"]).toMatchObject([{ "dpv:hasPurpose": [{ "dct:title": purpose?.name.ja }] }]);
        notices.push(record["dpv:hasNotice"]);
      }
      expect(notices).toEqual([
        [{ "@type": "dpv:ConsentNotice", "dct:hasVersion": purpose?.notice.version, "behest:hash": purpose?.noticeHash }],
        [],
      ]);
    },
  );

  consentTest("a notice that is no longer current can't be agreed to", async ({ service }) => {
    const person = await service.enrol();
    const body = {
      ...grantOf(service.policies, person, "marketing-email"),
      notice: { version: "2020-01-01", hash: "sha256:old", locale: "de" },
    };
    expect(await decide(service, person, body)).toMatchObject({ status: 409, body: { code: "notice_outdated" } });
    expect(await eventsOf(service, person)).toHaveLength(1);
  });

  consentTest(
    "without the notice, without the contact point, for an unknown purpose or for one that rests on a contract nothing is granted, and the answer says what is wrong",
    async ({ service }) => {
      const person = await service.enrol();
      const grant = grantOf(service.policies, person, "marketing-email");
      const faults: [Record<string, unknown>, string][] = [
        [{ purpose: "marketing-email", action: "grant", contactPoint: grant["contactPoint"] }, "/notice"],
        [{ purpose: "marketing-email", action: "grant", notice: grant["notice"] }, "/contactPoint"],
        [{ ...grant, contactPoint: { channel: "phone", value: "+49 30 123456" } }, "/contactPoint/channel"],
        [{ ...grant, purpose: "world-domination" }, "/purpose"],
        [{ ...grantOf(service.policies, person, "order-fulfilment") }, "/purpose"],
      ];
      for (const [body, pointer] of faults)
        expect(await decide(service, person, body)).toMatchObject({ status: 400, body: { code: "malformed", issues: [{ pointer }] } });
      expect(await eventsOf(service, person)).toHaveLength(1);
    },
  );

  consentTest(
    "where double opt-in is expected an address that the identity provider verified counts as confirmed, any other does not",
    async ({ service }) => {
      const person = await service.enrol();
      const other = {
        ...grantOf(service.policies, person, "marketing-email"),
        contactPoint: { channel: "email", value: "someone.else@example.org" },
      };
      expect(recorded(await decide(service, person, other)).status).toBe("unconfirmed");
      expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ status: "unconfirmed", allowedNow: false });
      const typed = {
        ...grantOf(service.policies, person, "marketing-email"),
        contactPoint: { channel: "email", value: ` ${person.email.toUpperCase()} ` },
      };
      expect(recorded(await decide(service, person, typed)).status).toBe("granted");
      expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ status: "granted", allowedNow: true });
    },
  );

  consentTest(
    "consent is bound to the contact point it was given for: after a change of address it does not hold until it is given again",
    async ({ service }) => {
      const person = await service.enrol();
      await service.grant(person, "marketing-email");
      const moved = { ...person, email: "new@example.org" };
      const changed = await service.as("records", "POST", "/v1/enrolments", {
        subjects: [
          {
            subject: person.subject,
            countries: ["DE"],
            subdivision: null,
            timeZone: null,
            birthYear: null,
            contactPoints: [{ channel: "email", value: moved.email }],
          },
        ],
      });
      expect(changed.body).toEqual({ enrolled: 0, changed: 1, unchanged: 0 });
      const answer = await service.as("marketing", "POST", "/v1/checks", {
        checks: [{ subject: person.subject, purpose: "marketing-email", channel: "email" }],
      });
      expect(JSON.stringify(answer.body)).toContain("contact_point_changed");
      expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ status: "unconfirmed", allowedNow: false });
      expect(recorded(await service.grant(moved, "marketing-email")).status).toBe("granted");
    },
  );

  consentTest("where the law knows objection only, no is an objection and lifting it is the way back", async ({ service }) => {
    const person = await service.enrol({ countries: ["US"], subdivision: "US-NY", timeZone: "America/New_York" });
    expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ control: "objection", objected: false });
    expect(recorded(await decide(service, person, { purpose: "marketing-email", action: "withdraw" })).event.kind).toBe("objected");
    expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ objected: true, allowedNow: false });
    expect(recorded(await decide(service, person, { purpose: "marketing-email", action: "lift-objection" })).event.kind).toBe(
      "objection_lifted",
    );
    expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ objected: false });
  });

  consentTest("lifting an objection never revives what was agreed to before it: that takes the notice again", async ({ service }) => {
    const european = await service.enrol();
    const american = await service.enrol({ countries: ["US"], subdivision: "US-NY", timeZone: "America/New_York" });
    for (const person of [european, american]) {
      const purpose = "marketing-email";
      expect(recorded(await service.grant(person, purpose)).status).toBe("granted");
      expect(recorded(await decide(service, person, { purpose, action: "object" }))).toMatchObject({
        event: { kind: "objected" },
        status: "withdrawn",
      });
      expect(recorded(await decide(service, person, { purpose, action: "lift-objection" })).status).toBe("not_asked");
      expect(await choiceOf(service, person, purpose)).toMatchObject({ objected: false, allowedNow: false });
      expect(recorded(await service.grant(person, purpose)).status).toBe("granted");
      expect(await choiceOf(service, person, purpose)).toMatchObject({ allowedNow: true });
    }
  });

  consentTest("a withdrawal in words of one's own after an objection is recorded, once, with its receipt", async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    await decide(service, person, { purpose: "marketing-email", action: "object" });
    const withdrawn = recorded(await decide(service, person, { purpose: "marketing-email", action: "withdraw" }));
    expect(withdrawn).toMatchObject({ event: { kind: "withdrawn" }, receipt: expect.any(String) });
    expect(recorded(await decide(service, person, { purpose: "marketing-email", action: "withdraw" }))).toEqual(withdrawn);
  });

  consentTest("there is no lifting what was never objected to", async ({ service }) => {
    const person = await service.enrol();
    expect(await decide(service, person, { purpose: "profiling", action: "lift-objection" })).toMatchObject({
      status: 409,
      body: { code: "conflict" },
    });
  });
});

describe("CONSENT-6 one decision is one event", () => {
  consentTest("a double submit gets the event that is there, with its receipt, for every kind of decision", async ({ service }) => {
    const person = await service.enrol();
    const wishes = [
      grantOf(service.policies, person, "marketing-email"),
      { purpose: "marketing-email", action: "withdraw" },
      { purpose: "analytics", action: "refuse" },
      { purpose: "profiling", action: "object" },
      { purpose: "profiling", action: "lift-objection" },
    ];
    for (const wish of wishes) {
      const first = await decide(service, person, wish);
      expect(first.status).toBe(201);
      expect((await decide(service, person, wish)).body).toEqual(first.body);
    }
    expect(await eventsOf(service, person)).toHaveLength(1 + wishes.length);
  });

  consentTest("a standing grant is renewed when it would last a day longer, and a double submit renews nothing", async ({ service }) => {
    const person = await service.enrol();
    const expiresAt = async () =>
      z
        .object({ choices: z.array(z.object({ purpose: z.string(), expiresAt: z.string().nullable() })) })
        .parse((await service.by(person, "GET", `/v1/subjects/${person.subject}/choices`)).body)
        .choices.find(({ purpose }) => purpose === "profiling")?.expiresAt;
    const first = recorded(await service.grant(person, "profiling"));
    expect(await expiresAt()).toBe("2027-11-22T11:00:00.000Z");
    service.clock.advance(59_000);
    expect(recorded(await service.grant(person, "profiling"))).toEqual(first);
    service.clock.advance(30 * 86_400_000);
    const renewed = recorded(await service.grant(person, "profiling"));
    expect(renewed.event).toMatchObject({ kind: "granted", version: first.event.version + 1 });
    expect(renewed.receipt).not.toBe(first.receipt);
    expect(await expiresAt()).toBe("2027-12-22T11:00:59.000Z");
    expect(recorded(await service.grant(person, "profiling"))).toEqual(renewed);
  });

  consentTest("of many submits at once exactly one writes, and all get the same answer", async ({ service }) => {
    const person = await service.enrol();
    const answers = await Promise.all(Array.from({ length: 12 }, () => service.grant(person, "marketing-email")));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map((answer) => recorded(answer).event.id)).size).toBe(1);
    expect(await eventsOf(service, person)).toHaveLength(2);
  });

  consentTest(
    "an Idempotency-Key gives the same answer again, even after the person decided otherwise, and is refused for another request",
    async ({ service }) => {
      const person = await service.enrol();
      const key = { "idempotency-key": "form-1-of-session-2" };
      const first = await decide(service, person, grantOf(service.policies, person, "marketing-email"), key);
      await decide(service, person, { purpose: "marketing-email", action: "withdraw" });
      const again = await decide(service, person, grantOf(service.policies, person, "marketing-email"), key);
      expect(again.body).toEqual(first.body);
      expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ status: "withdrawn" });
      expect(await decide(service, person, { purpose: "analytics", action: "refuse" }, key)).toMatchObject({
        status: 409,
        body: { code: "idempotency_key_reused" },
      });
    },
  );
});

describe("CONSENT-7 nobody sees or decides for somebody else", () => {
  consentTest("another person, an unknown one and an erased one are answered alike", async ({ service }) => {
    const [me, other, erased] = [await service.enrol(), await service.enrol(), await service.enrol()];
    await service.as("records", "POST", `/v1/subjects/${erased.subject}/stops`, { kind: "erased", reference: "plan 1" });
    const asMe = (subject: string) =>
      service.by({ ...me, subject: me.subject }, "POST", `/v1/subjects/${subject}/consents`, { purpose: "analytics", action: "refuse" });
    const answers = [await asMe(other.subject), await decide(service, erased, { purpose: "analytics", action: "refuse" })];
    const alike = answers.map(({ status, body }) => ({
      status,
      body: { ...z.record(z.string(), z.unknown()).parse(body), requestId: undefined },
    }));
    expect(alike[0]).toMatchObject({ status: 404, body: { code: "subject_unknown" } });
    expect(alike[1]).toEqual(alike[0]);
  });
});
