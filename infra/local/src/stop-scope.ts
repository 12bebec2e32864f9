/** What has been started and must be stopped again, last first. Stopping works at any moment, also half-way through a start. */
export type StopScope = {
  readonly stopping: boolean;
  /** If stopping has begun already, it is stopped at once. */
  add(stop: () => Promise<void> | void): Promise<void>;
  /** Every stop is tried, even if one fails. */
  stop(): Promise<void>;
};

export function stopScope(): StopScope {
  const stops: Array<() => Promise<void> | void> = [];
  let running: Promise<void> | undefined;
  const runAll = async (): Promise<void> => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await attempt(stop);
  };
  return {
    get stopping() {
      return running !== undefined;
    },
    add: async (stop) => {
      if (running) return attempt(stop);
      stops.push(stop);
    },
    stop: () => (running ??= runAll()),
  };
}

async function attempt(stop: () => Promise<void> | void): Promise<void> {
  try {
    await stop();
  } catch (error) {
    process.stderr.write(`while stopping: ${error instanceof Error ? error.message : "unknown fault"}\n`);
  }
}
