/** What the door asks of the consent service: states to decide by, and enrolments to tell. Fails closed: no answer is an error, never a yes. */
import { enrolSubjects, readStates, type Enrolment } from "@behest/contracts/consent-feed";
import { audienceOf, type Cell, type SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { SubjectState } from "@behest/policies/state";
import type { z } from "zod";

const timeoutMs = 5_000;

export type ConsentClient = {
  stateOf(subject: SubjectId): Promise<{ revision: string; state: SubjectState | null }>;
  enrol(subjects: readonly Enrolment[]): Promise<{ enrolled: number; changed: number; unchanged: number }>;
};
/** Consent can't take what it was told: sending the same again would not help. */
export class ConsentRefused extends Error {
  constructor(path: string) {
    super(`consent refused what it was sent to ${path}`);
    this.name = "ConsentRefused";
  }
}
type Options = { cell: Cell; url: string; tokenFor: (audience: string) => Promise<string> };

export function consentClient({ cell, url, tokenFor }: Options): ConsentClient {
  const post = async <S extends z.ZodType>(path: string, body: unknown, reply: S): Promise<z.output<S>> => {
    const token = await tokenFor(audienceOf(cell, "consent"));
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      // A redirect would carry the token on to whoever it names: it is a fault like any other answer that is none.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((fault: unknown) => {
      throw new Problem("unavailable", { retryAfterSeconds: 1 }, fault);
    });
    if (!response.ok)
      throw new Problem("unavailable", { retryAfterSeconds: 1 }, new Error(`consent answered ${response.status} to ${path}`));
    return reply.parse(await response.json());
  };
  return {
    async stateOf(subject) {
      const { states } = await post(readStates.path, { subjects: [subject] }, readStates.answers[200].schema);
      const [answer] = states;
      if (answer?.subject !== subject) throw new Problem("unavailable", {}, new Error("consent answered for somebody else"));
      return { revision: answer.revision, state: answer.state };
    },
    enrol: (subjects) => post(enrolSubjects.path, { subjects }, enrolSubjects.answers[200].schema),
  };
}
