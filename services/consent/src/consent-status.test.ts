import { expect, test } from "vitest";
import { statusOf } from "./consent-status.ts";

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
