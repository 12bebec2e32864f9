/** The client that other services call Behest with: ask before each use, reserve a contact before each message, read through the one door. */
import { checkUses, reserveContact } from "@behest/contracts/consent";
import type { Decision, Reason } from "@behest/contracts/decision";
import { Cell, type ServiceName } from "@behest/contracts/ids";
import { findSubject, readSubject } from "@behest/contracts/records";
import type { Route } from "@behest/contracts/route";
import { callRoute, type AnswerOf, type Caller, type CallInput } from "./call.ts";
import { BehestError } from "./error.ts";
import type { BehestOptions } from "./options.ts";
import { tokenSource } from "./tokens.ts";

export type { AnswerOf, CallInput } from "./call.ts";
export { BehestError, type BehestErrorCode, type BehestErrorFacts } from "./error.ts";
export type { BehestOptions, CellUrls, Credentials, TokenRequest } from "./options.ts";
export type { Decision, Obligation, Reason, ReasonCode } from "@behest/contracts/decision";
export type { Cell, Channel } from "@behest/contracts/ids";

export type CheckQuestion = CallInput<typeof checkUses>["body"]["checks"][number];
export type ContactRequest = CallInput<typeof reserveContact>["body"];
export type ContactAnswer = AnswerOf<typeof reserveContact>["body"];
export type ReadRequest = CallInput<typeof readSubject>["body"];
export type ReadAnswer = AnswerOf<typeof readSubject>["body"];

/** `failure` stands where no decision came: the answer is then no, with the reason `stale`. */
export type UseAnswer =
  | { allowed: true; reasons: readonly Reason[]; decision: Decision }
  | { allowed: false; reasons: readonly Reason[]; decision?: Decision; failure?: BehestError };

export type Behest = {
  /** One decision. Throws `BehestError` when none came: never read an error as a yes. */
  check(question: CheckQuestion): Promise<Decision>;
  /** One decision for each question, in their order; any number, split by cell and by 10,000. Throws when any part got no answer. */
  checkMany(questions: readonly CheckQuestion[]): Promise<Decision[]>;
  /** Fails closed and never throws: whatever goes wrong is `allowed: false` with the reason `stale` and the failure. */
  mayUse(question: CheckQuestion): Promise<UseAnswer>;
  /** Decides and takes a contact slot. Give your own key (a message id) so that your own retry takes no second slot. */
  reserveContact(question: ContactRequest, options?: { idempotencyKey?: string }): Promise<ContactAnswer>;
  /** What the purpose needs of a person's data, with a reason for each field withheld. */
  read(request: ReadRequest): Promise<ReadAnswer>;
  /** The subject id behind a CRM's own key, in the cell that you name. */
  findSubject(cell: Cell, reference: { source: string; key: string }): Promise<string>;
  /** Any other route of the contract, typed by it. */
  call<R extends Route>(
    service: Exclude<ServiceName, "portal">,
    cell: Cell,
    route: R,
    input: CallInput<R>,
    options?: { idempotencyKey?: string },
  ): Promise<AnswerOf<R>>;
};

const checksPerRequestMax = 10_000;

export function createBehest(options: BehestOptions): Behest {
  const configured = Object.keys(options.cells).map((cell) => Cell.parse(cell));
  const home = configured[0];
  if (home === undefined) throw new TypeError("createBehest needs at least one cell");
  const caller: Caller = {
    cells: options.cells,
    tokens: tokenSource(options.credentials),
    bounds: {
      timeoutMs: options.timeoutMs ?? 3_000,
      attemptTimeoutMs: options.attemptTimeoutMs ?? 1_500,
      retriesMax: options.retriesMax ?? 2,
    },
  };
  // Whoever can't be placed is asked about at the first cell, which answers subject_unknown or wrong_cell.
  const cellFor = (subject: string): Cell => configured.find((cell) => subject.startsWith(`${cell}_`)) ?? home;

  const checkMany = async (questions: readonly CheckQuestion[]): Promise<Decision[]> => {
    const answers = new Map<number, Decision>();
    await Promise.all(
      batchesOf(questions, cellFor).map(async ({ cell, positions, checks }) => {
        const { body } = await callRoute(caller, "consent", cell, checkUses, { body: { checks } });
        // A short answer would shift every decision to another person.
        if (body.decisions.length !== checks.length) throw new BehestError("reply_invalid");
        body.decisions.forEach((decision, index) => answers.set(positions[index] ?? -1, decision));
      }),
    );
    return questions.map((_, position) => answerAt(answers, position));
  };
  const check = async (question: CheckQuestion): Promise<Decision> => answerAt(new Map((await checkMany([question])).entries()), 0);

  return {
    check,
    checkMany,
    async mayUse(question) {
      try {
        const decision = await check(question);
        return { allowed: decision.allowed, reasons: decision.reasons, decision };
      } catch (cause) {
        const failure = cause instanceof BehestError ? cause : new BehestError("network", {}, cause);
        return { allowed: false, reasons: [{ code: "stale", purpose: question.purpose }], failure };
      }
    },
    async reserveContact(question, { idempotencyKey } = {}) {
      return (await callRoute(caller, "consent", cellFor(question.subject), reserveContact, { body: question }, idempotencyKey)).body;
    },
    async read(request) {
      return (await callRoute(caller, "records", cellFor(request.subject), readSubject, { body: request })).body;
    },
    async findSubject(cell, reference) {
      return (await callRoute(caller, "records", cell, findSubject, { body: reference })).body.subject;
    },
    call: (service, cell, route, input, { idempotencyKey } = {}) => callRoute(caller, service, cell, route, input, idempotencyKey),
  };
}

type Batch = { cell: Cell; positions: number[]; checks: CheckQuestion[] };

/** A cell is told of its own subjects only. */
function batchesOf(questions: readonly CheckQuestion[], cellFor: (subject: string) => Cell): Batch[] {
  const open = new Map<Cell, Batch>();
  const batches: Batch[] = [];
  questions.forEach((question, position) => {
    const cell = cellFor(question.subject);
    let batch = open.get(cell);
    if (batch === undefined || batch.checks.length === checksPerRequestMax) {
      batch = { cell, positions: [], checks: [] };
      open.set(cell, batch);
      batches.push(batch);
    }
    batch.positions.push(position);
    batch.checks.push(question);
  });
  return batches;
}

function answerAt(answers: ReadonlyMap<number, Decision>, position: number): Decision {
  const decision = answers.get(position);
  if (decision === undefined) throw new BehestError("reply_invalid");
  return decision;
}
