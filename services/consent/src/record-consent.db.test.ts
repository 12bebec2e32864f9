import { describe, expect } from "vitest";
import { z } from "zod";
import { consentTest, grantOf } from "./testing/consent-service.ts";
import { choiceOf, decide, eventsOf, recorded } from "./testing/decisions.ts";

describe("CONSENT-5 consent is asked honestly and recorded as it was given", () => {
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
