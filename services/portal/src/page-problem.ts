/** Thrown by a page handler for what the reader should be told. */
import type { ProblemName } from "./pages/problem.ts";

export class PageProblem extends Error {
  readonly problem: ProblemName;

  constructor(problem: ProblemName, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}
