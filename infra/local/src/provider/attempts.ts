/** Counts failed sign-ins, whether or not an account exists: so the limit tells nothing either. */
export type Attempts = {
  /** Seconds to wait before another try is looked at; 0: try now. */
  waitSeconds(key: string): number;
  /** Counts a try as failed; what it returns takes that back. */
  count(key: string): () => void;
};

type Options = { failuresMax: number; windowSeconds: number; keysMax: number; nowMs: () => number };

export function countAttempts({ failuresMax, windowSeconds, keysMax, nowMs }: Options): Attempts {
  const failures = new Map<string, number[]>();
  const recent = (key: string): number[] => (failures.get(key) ?? []).filter((at) => at > nowMs() - windowSeconds * 1000);
  const keep = (key: string, times: number[]): void => {
    failures.delete(key);
    if (times.length > 0) failures.set(key, times.slice(-failuresMax));
    // Bounded: made-up addresses push out the oldest, they never fill the memory.
    for (const oldest of failures.keys()) if (failures.size > keysMax) failures.delete(oldest);
  };
  return {
    waitSeconds: (key) => {
      const first = recent(key).at(-failuresMax);
      return first === undefined ? 0 : Math.ceil((first + windowSeconds * 1000 - nowMs()) / 1000);
    },
    count: (key) => {
      const at = nowMs();
      keep(key, [...recent(key), at]);
      return () => {
        const times = recent(key);
        keep(key, times.toSpliced(times.lastIndexOf(at), times.includes(at) ? 1 : 0));
      };
    },
  };
}
