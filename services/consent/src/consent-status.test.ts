import { loadPolicies } from "@behest/policies/load";
import { expect, test } from "vitest";
import { statusOf, usualVerdict } from "./consent-status.ts";
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
