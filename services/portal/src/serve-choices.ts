/** My choices, and each decision as a posted form that ends in a redirect. */
import { listChoices, recordConsent, type Choice } from "@behest/contracts/consent";
import { BehestError } from "@behest/sdk/error";
import type { Context, Hono } from "hono";
import { createHash } from "node:crypto";
import { readDecision, type Decision } from "./decision-form.ts";
import { csrfOf, limitForm, readForm } from "./form.ts";
import type { MessageKey, Words } from "./i18n/words.ts";
import { knownPerson } from "./known-person.ts";
import { PageProblem } from "./page-problem.ts";
import type { ContactPoints } from "./pages/choice-answers.ts";
import { cardId } from "./pages/choice-card.ts";
import { choicesPage, type ChoicesPage } from "./pages/choices.ts";
import type { Portal } from "./portal.ts";
import { withSubject, type SignedSubject } from "./require-session.ts";

/** For how long after a decision its card says that it was saved. */
const savedMinutesMax = 2;

export function serveChoices(pages: Hono, portal: Portal): void {
  pages.get("/choices", (c) =>
    withSubject(c, portal, async (visit) => {
      const { choices, contactPoints } = await standing(portal, visit);
      return c.html(choicesPage(visit.frame, { choices, contactPoints, saved: savedNow(portal, choices, c.req.query("saved")) }));
    }),
  );

  pages.post("/choices/:purpose", limitForm, (c) =>
    withSubject(c, portal, async (visit) => {
      const fields = await readForm(c, portal, visit.session);
      const { choices, contactPoints } = await standing(portal, visit);
      const choice = choices.find((one) => one.purpose === c.req.param("purpose"));
      if (choice === undefined) throw new PageProblem("not_found");
      const read = readDecision(visit.frame.words, choice, fields);
      if ("unknown" in read) throw new PageProblem("form_expired");
      const again = (fault: ChoicesPage["fault"], status: 409 | 422 | 503) =>
        c.html(choicesPage(visit.frame, { choices, contactPoints, fault }), status);
      if ("fault" in read) return again({ ...read.fault, purpose: choice.purpose }, 422);
      return record(c, portal, visit, { choice, decision: read.decision, before: fields["before"] ?? "" }, again);
    }),
  );
}

async function standing(portal: Portal, visit: SignedSubject): Promise<{ choices: Choice[]; contactPoints: ContactPoints }> {
  const known = await knownPerson(portal, visit);
  const { body } = await visit.behest.call("consent", portal.cell, listChoices, {
    params: { subject: visit.subject },
    query: { locale: visit.locale },
  });
  return { choices: body.choices, contactPoints: known.contactPoints };
}

type Sent = { choice: Choice; decision: Decision; before: string };
type Again = (fault: ChoicesPage["fault"], status: 409 | 422 | 503) => Response | Promise<Response>;

async function record(
  c: Context,
  portal: Portal,
  visit: SignedSubject,
  { choice, decision, before }: Sent,
  again: Again,
): Promise<Response> {
  const { behest, subject, frame } = visit;
  try {
    await behest.call(
      "consent",
      portal.cell,
      recordConsent,
      { params: { subject }, body: decision },
      repeatKey(portal, visit, decision, before),
    );
  } catch (error) {
    const told = error instanceof BehestError ? faultOf(frame.words, error) : undefined;
    if (told === undefined) throw error;
    return again({ field: cardId(choice.purpose), message: told.message, purpose: choice.purpose }, told.status);
  }
  return c.redirect(`/choices?saved=${choice.purpose}#${cardId(choice.purpose)}`, 303);
}

/**
 * A grant sent twice by a double click is one grant: its key is made of what stood when the form was made. A stop never gets such a key,
 * because a repeat that is only answered and not executed could leave a later yes standing.
 */
function repeatKey(portal: Portal, visit: SignedSubject, decision: Decision, before: string): { idempotencyKey?: string } {
  if (decision.action !== "grant") return {};
  const sent = JSON.stringify([csrfOf(portal, visit.session), decision, before]);
  return { idempotencyKey: createHash("sha256").update(sent).digest("base64url") };
}

function faultOf(words: Words, { code }: BehestError): { message: string; status: 409 | 503 } | undefined {
  if (code === "notice_outdated" || code === "conflict" || code === "idempotency_key_reused")
    return { message: words.t("error.notice_outdated"), status: 409 };
  const unreachable = code === "unavailable" || code === "timeout" || code === "network" || code === "too_many_requests";
  return unreachable ? { message: words.t("error.unavailable"), status: 503 } : undefined;
}

/** Told from the state itself, so that a link can't make the page claim what isn't so. */
function savedNow(portal: Portal, choices: readonly Choice[], purpose: string | undefined): ChoicesPage["saved"] {
  const choice = choices.find((one) => one.purpose === purpose);
  if (choice === undefined) return undefined;
  const message = savedMessage(choice);
  if (message === "saved.lifted") return { purpose: choice.purpose, message };
  const ageMs = choice.decidedAt === null ? Number.POSITIVE_INFINITY : portal.clock.now().getTime() - Date.parse(choice.decidedAt);
  return message === undefined || ageMs > savedMinutesMax * 60_000 ? undefined : { purpose: choice.purpose, message };
}

function savedMessage(choice: Choice): MessageKey | undefined {
  if (choice.control === "none") return undefined;
  if (choice.objected) return "saved.objected";
  if (choice.control === "objection") return "saved.lifted";
  const { status } = choice;
  return status === "granted" || status === "unconfirmed" || status === "refused" || status === "withdrawn" ? `saved.${status}` : undefined;
}
