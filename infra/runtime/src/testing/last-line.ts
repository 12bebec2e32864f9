/** Prints `N passed, N failed` as the very last line of a run, and fails a run in which nothing ran. */
import type { Reporter, TestModule } from "vitest/node";

// Vitest loads a reporter by its default export.
export default class LastLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      passed += states.filter((state) => state === "passed").length;
      const failures = states.filter((state) => state === "failed").length;
      failed += failures === 0 && module.state() === "failed" ? 1 : failures;
    }
    process.once("exit", () => {
      if (passed + failed === 0 || failed > 0) process.exitCode = 1;
      process.stdout.write(`${passed} passed, ${failed} failed\n`);
    });
  }
}
