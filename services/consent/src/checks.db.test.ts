import type { Decision } from "@behest/contracts/decision";
import { z } from "zod";
import { expect } from "vitest";
import { type Answer, consentTest, type ConsentService, grantOf } from "./testing/consent-service.ts";

type Decided = z.infer<typeof Decision>;
const Decisions = z.object({ decisions: z.array(z.custom<Decided>()) });
const decisionsOf = (answer: Answer): Decided[] => Decisions.parse(answer.body).decisions;
const check = (service: ConsentService, ...checks: Record<string, unknown>[]): Promise<Answer> => service.as("marketing", "POST", "/v1/checks", { checks });

consentTest("CONSENT-1 no is the default: nothing recorded, so denied, and the decision says exactly why and on what it rests", async ({ service }) => {
  const { subject } = await service.enrol();
  const answer = await check(service, { subject, purpose: "marketing-email", channel: "email", usedIn: "DE" });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    decisions: [
      {
        allowed: false,
        reasons: [{ code: "consent_not_recorded", purpose: "marketing-email" }],
        obligations: [],
        revision: expect.stringMatching(/^1:\d+:1$/),
        ageMs: expect.any(Number),
        policy: service.policies.hash,
      },
    ],
  });
});
