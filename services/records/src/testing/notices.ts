/** The door's mailing as a test drives it: decisions told as consent tells them, mails taken by a real server, everything logged kept. */
import { randomUUID } from "node:crypto";
import type { SubjectId } from "@behest/contracts/ids";
import type { ToldDecision } from "@behest/contracts/decision-notice";
import { createLog, type Log } from "@behest/runtime/log";
import { until } from "@behest/runtime/testing/until";
import { startMailing } from "../background.ts";
import { openMailer, type Mailer } from "../mailer.ts";
import type { Answer, DoorService } from "./door-service.ts";

export const portalUrl = "https://privacy.example.org";
export const from = { name: "Behest EU", address: "privacy.eu@example.com" };

export type KeptLog = { log: Log; lines: () => { level: string; text: string }[] };
export function keepLog(): KeptLog {
  const texts: string[] = [];
  const log = createLog("records", "debug", { write: (text: string) => void texts.push(text) });
  return { log, lines: () => texts.map((text) => ({ level: /"level":"(\w+)"/.exec(text)?.[1] ?? "", text })) };
}

/** Mails through the given server, or through `mailer`, while `work` runs. */
export async function mailing(
  { door, cellDb }: DoorService,
  to: string | Mailer,
  work: () => Promise<void>,
  { log }: KeptLog = keepLog(),
): Promise<void> {
  const mailer = typeof to === "string" ? openMailer({ url: to, from, demandTls: false }) : to;
  const running = await startMailing({ door, url: cellDb.url("records"), mailer, portalUrl, log });
  try {
    await work();
  } finally {
    await running.stop();
  }
}

type Told = { event?: string; purpose?: string; decision?: ToldDecision; at?: string };
/** As the consent service. */
export async function tell(service: DoorService, subject: SubjectId, told: Told = {}): Promise<Answer> {
  const { event = randomUUID(), purpose = "marketing-email", decision = "granted", at = "2026-11-22T11:00:00.000Z" } = told;
  return service.send(await service.token({ clientId: "consent" }), "POST", "/v1/decision-notices", {
    event,
    subject,
    purpose,
    decision,
    at,
  });
}

export type Outcomes = { event: string; outcome: string | null }[];
export const outcomesOf = async ({ cellDb }: DoorService): Promise<Outcomes> =>
  (await cellDb.sql`select event, outcome from records.decision_notice order by decided_at, event`).map((row) => ({
    event: String(row["event"]),
    outcome: row["outcome"] === null ? null : String(row["outcome"]),
  }));
export const allDone = (service: DoorService): Promise<unknown> =>
  until(async () => (await outcomesOf(service)).every(({ outcome }) => outcome !== null), 30);
