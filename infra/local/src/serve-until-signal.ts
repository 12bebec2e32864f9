/** Keeps a helper process serving until it is told to stop, then exits 0. */
export function serveUntilSignal(closers: ReadonlyArray<() => void>): void {
  const stop = (): void => {
    for (const close of closers) close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, stop);
}
