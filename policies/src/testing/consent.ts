/** A grant as good as it can be, for tests to spoil. */
import type { PolicySet } from "../compile.ts";
import type { ConsentState } from "../state.ts";

export function granted(set: PolicySet, purpose: string, rest: Partial<ConsentState> = {}): Record<string, ConsentState> {
  const current = set.purposes.get(purpose);
  if (current === undefined) throw new Error(`no purpose ${purpose}`);
  return {
    [purpose]: {
      status: "granted",
      at: "2026-11-01T00:00:00.000Z",
      noticeVersion: current.notice.version,
      noticeHash: current.noticeHash,
      confirmed: true,
      separate: true,
      givenBy: "subject",
      ...rest,
    },
  };
}
