/** Asks records to enrol whom the map finds in the CRM, and for a customer's subject id. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { SubjectId } from "@behest/contracts/ids";
import { EnrolmentRun, findSubject } from "@behest/contracts/records";
import type { z } from "zod";
import { StartFailure } from "./start-failure.ts";

const secondsMax = 60;
const pollMs = 100;

/** Resolves when the run is done. @throws StartFailure */
export async function enrolEveryone(recordsUrl: string, token: string): Promise<void> {
  let run = await call(`${recordsUrl}/v1/enrolment-runs`, token, EnrolmentRun, { source: "crm" });
  const until = Date.now() + secondsMax * 1000;
  while (run.status === "queued" || run.status === "running") {
    if (Date.now() > until) throw new StartFailure(`the enrolment at ${recordsUrl} is still ${run.status} after ${secondsMax} s`);
    await pause(pollMs);
    run = await call(`${recordsUrl}/v1/enrolment-runs/${run.id}`, token, EnrolmentRun);
  }
  if (run.status === "failed") throw new StartFailure(`the enrolment at ${recordsUrl} failed; records' log tells why`);
}

/** @throws StartFailure when the key was not enrolled */
export async function findSubjectId(recordsUrl: string, token: string, source: string, key: string): Promise<SubjectId> {
  const reply = await call(`${recordsUrl}/v1/lookups`, token, findSubject.answers[200].schema, { source, key });
  return reply.subject;
}

async function call<S extends z.ZodType>(url: string, token: string, schema: S, body?: unknown): Promise<z.output<S>> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": randomUUID() };
  const response = await fetch(url, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
  const reply: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new StartFailure(`${url} answered ${response.status} ${JSON.stringify(reply) ?? ""}`);
  return schema.parse(reply);
}
