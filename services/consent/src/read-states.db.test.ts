import { newSubjectId } from "@behest/runtime/id";
import { expect } from "vitest";
import { shardOf } from "./shard.ts";
import { consentTest } from "./testing/consent-service.ts";

consentTest(
  "CONSENT-3 the records door gets each person's whole state at its revision, in its order, and null for nobody",
  async ({ service }) => {
    const [person, nobody] = [await service.enrol({ countries: ["FR"], birthYear: 1984 }), newSubjectId("eu", service.clock)];
    await service.grant(person, "marketing-email");
    await service.as("marketing", "POST", "/v1/contacts", { subject: person.subject, purpose: "marketing-email", channel: "email" });
    const answer = await service.as("records", "POST", "/v1/states", { subjects: [nobody, person.subject] }, {});
    expect(answer).toMatchObject({
      status: 200,
      body: {
        states: [
          { subject: nobody, state: null },
          {
            subject: person.subject,
            revision: `1:${shardOf(person.subject)}:2`,
            state: {
              status: "active",
              countries: ["FR"],
              birthYear: 1984,
              consents: { "marketing-email": { status: "granted", confirmed: true } },
              contacts: [{ channel: "email", at: "2026-11-22T11:00:00.000Z" }],
            },
          },
        ],
      },
    });
    expect(JSON.stringify(answer.body)).not.toContain(person.email);
    const foreign = await service.as("records", "POST", "/v1/states", { subjects: [person.subject, newSubjectId("cn", service.clock)] });
    expect(foreign).toMatchObject({ status: 421, body: { code: "wrong_cell", cell: "cn" } });
  },
);
