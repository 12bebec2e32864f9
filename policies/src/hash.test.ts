import { expect, test } from "vitest";
import { smallPolicies, smallSet } from "./testing/small-policies.ts";

const base = smallSet();

test("POLICY-15 the hash is over what the files say, not over their order", () => {
  expect(base.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
  const reordered = Object.fromEntries(
    Object.entries(smallPolicies()).map(([file, value]) => [file, Object.fromEntries(Object.entries(value).toReversed())]),
  );
  expect(smallSet(reordered).hash).toBe(base.hash);
});

test("POLICY-15 a rule changed is another hash", () => {
  const files = smallPolicies();
  files["channels/caps.yaml"].caps.push({
    cap: "daily",
    channels: ["email"],
    max: 1,
    windowDays: 1,
    citation: "house rule",
    status: "house",
  });
  expect(smallSet(files).hash).not.toBe(base.hash);
});

test("POLICY-15 a label changed is the same hash, a word of a notice is not", () => {
  const labelled = smallPolicies();
  labelled["purposes/news.yaml"].benefit.ja = "よい知らせ";
  expect(smallSet(labelled).hash).toBe(base.hash);
  const noticed = smallPolicies();
  noticed["purposes/news.yaml"].notice.text.ja = "よい知らせ";
  expect(smallSet(noticed).hash).not.toBe(base.hash);
  expect(smallSet(noticed).purposes.get("news")?.noticeHash).not.toBe(base.purposes.get("news")?.noticeHash);
});
