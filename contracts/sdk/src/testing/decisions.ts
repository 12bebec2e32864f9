/** Decisions as a cell would send them. */
import type { Decision } from "@behest/contracts/decision";

export const euSubject = "eu_0197c3a5d0e17cc29f3a52c1b0f0a001";
export const cnSubject = "cn_0197c3a5d0e17cc29f3a52c1b0f0a002";

export const decision = (over: Partial<Decision> = {}): Decision => ({
  allowed: true,
  reasons: [],
  obligations: [],
  revision: "1:17:42",
  ageMs: 0,
  policy: `sha256:${"0".repeat(64)}`,
  ...over,
});
