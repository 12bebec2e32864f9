/** Hands a decision on to records, which writes to the person: it alone knows an address. */
import { audienceOf, type Cell } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import { noticeDecision } from "@behest/contracts/decision-notice";
import type { Log } from "@behest/runtime/log";
import type { OutboxHandler } from "@behest/runtime/outbox";

const timeoutMs = 5_000;
/** Nobody of that id there: erased meanwhile, or a records database from before the enrolment. Asking again would change nothing. */
const nobody = 404;

export type RecordsAccess = { cell: Cell; url: string; tokenFor: (audience: string) => Promise<string>; log: Log };

/** Throws Problem `unavailable` for anything but a clear answer: the outbox then asks again. */
export const tellRecords =
  ({ cell, url, tokenFor, log }: RecordsAccess): OutboxHandler =>
  async ({ id: event, payload }) => {
    const token = await tokenFor(audienceOf(cell, "records"));
    const response = await fetch(`${url}${noticeDecision.path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ event, ...payload }),
      // A redirect would carry the token on to whoever it names: it is a fault like any other answer that is none.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((fault: unknown) => {
      throw new Problem("unavailable", {}, fault);
    });
    await response.body?.cancel();
    if (response.status === nobody) log.info({ cell, event }, "nobody to tell of a decision");
    else if (!response.ok) throw new Problem("unavailable", {}, new Error(`records answered ${response.status}`));
  };
