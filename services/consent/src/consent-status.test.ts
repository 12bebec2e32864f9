import { loadPolicies } from "@behest/policies/load";
import { expect, test } from "vitest";
import { statusOf, usualVerdict, withoutEvidence } from "./consent-status.ts";
import { fold } from "./fold.ts";

const granted = {
  status: "granted",
  at: "2026-11-22T10:00:00.000Z",
  noticeVersion: "1",
  noticeHash: "h",
  confirmed: true,
  separate: true,
  givenBy: "subject",
} as const;

test("CONSENT-5 a grant that does not hold says so: expired, outdated or unconfirmed, in this order", () => {
  expect(statusOf(undefined, [])).toBe("not_asked");
  expect(statusOf(granted, [])).toBe("granted");
  expect(statusOf(granted, [{ code: "restricted" }])).toBe("granted");
  expect(statusOf(granted, [{ code: "consent_unconfirmed" }])).toBe("unconfirmed");
  expect(statusOf(granted, [{ code: "contact_point_changed" }])).toBe("unconfirmed");
  expect(statusOf(granted, [{ code: "consent_unconfirmed" }, { code: "notice_outdated" }])).toBe("outdated");
  expect(statusOf(granted, [{ code: "notice_outdated" }, { code: "consent_expired" }])).toBe("expired");
  expect(statusOf({ ...granted, status: "withdrawn" }, [{ code: "notice_outdated" }])).toBe("withdrawn");
});

test("CONSENT-5 what a person reads of a use is how it is done at home, not by whoever also works abroad", () => {
  const residence = { countries: ["GB"], subdivision: null, timeZone: null, birthYear: null };
  const state = fold(null, { at: granted.at, fact: { kind: "enrolled", residence, contactPoints: {} } });
  expect(usualVerdict(loadPolicies(), "uk", "service-support", state, new Date(granted.at))).toMatchObject({
    allowed: true,
    obligations: [],
  });
});

test("CONSENT-5 a yes to an old notice reads as outdated also where the law allows the use without any", () => {
  const policies = loadPolicies();
  const residence = { countries: ["GB"], subdivision: null, timeZone: null, birthYear: null };
  const enrolled = fold(null, { at: granted.at, fact: { kind: "enrolled", residence, contactPoints: {} } });
  const rule = policies.jurisdictions.get("UK")?.channels.email?.softOptIn?.conditions ?? [];
  const evidence = rule.map((condition) => ({ channel: "email" as const, condition, at: granted.at }));
  const state = { ...enrolled, evidence, consents: { "marketing-email": granted } };
  const at = new Date(granted.at);
  expect(rule.length).toBeGreaterThan(0);
  expect(usualVerdict(policies, "uk", "marketing-email", state, at)).toMatchObject({ allowed: true });
  expect(statusOf(granted, usualVerdict(policies, "uk", "marketing-email", withoutEvidence(state), at).reasons)).toBe("outdated");
});
