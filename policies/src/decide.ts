/** The decision: pure, total, deny-overrides. Every refusal is collected with its code; an allow says until when and on what terms. */
import type { Channel } from "@behest/contracts/ids";
import type { Obligation, Reason } from "@behest/contracts/decision";
import type { PolicySet, Purpose } from "./compile.ts";
import { judgeBasis } from "./decide-basis.ts";
import { callerRefusals } from "./decide-caller.ts";
import { categoryReasons } from "./decide-categories.ts";
import { judgeContact } from "./decide-contact.ts";
import { stopReasons } from "./decide-stops.ts";
import { judgeTransfer } from "./decide-transfer.ts";
import { refuse, together, type Finding } from "./finding.ts";
import { instantOf } from "./instant.ts";
import { publicReasons } from "./reasons.ts";
import { regimesOf } from "./regime.ts";
import { jurisdictionsOf } from "./residency.ts";
import type { Question, SubjectState, Verdict } from "./state.ts";

/** Never throws. `state` null: nobody of that id is enrolled in this cell. */
export function decide(set: PolicySet, question: Question, state: SubjectState | null): Verdict {
  const purpose = set.purposes.get(question.purpose);
  if (purpose === undefined) return denied(set, [{ code: "purpose_unknown", purpose: question.purpose }]);
  // Who has no grant learns nothing about the person, not even whether there is one.
  const caller = callerRefusals(set, question);
  if (caller.length > 0) return denied(set, caller);
  const categories = categoryReasons(set, purpose, question.categories);
  const absent = absence(question, state);
  if (absent !== undefined || state === null) return denied(set, publicReasons(set, question, [...categories, ...(absent ?? [])]));
  return verdict(set, question, together([refuse(...categories), judgePerson(set, question, purpose, state)]));
}

function absence(question: Question, state: SubjectState | null): Reason[] | undefined {
  if (state === null) return [{ code: "subject_unknown" }];
  if (state.status === "erased") return [{ code: "subject_erased" }];
  // Without a time nothing that ends can be judged.
  return Number.isNaN(question.at.getTime()) ? [{ code: "stale" }] : undefined;
}

/** Steps 4 to 8, in every jurisdiction that may be the person's. */
function judgePerson(set: PolicySet, question: Question, purpose: Purpose, state: SubjectState): Finding {
  const at = question.at.getTime();
  const jurisdictions = jurisdictionsOf(set, state);
  const channels = channelsOf(purpose, question.channel);
  const regimes = regimesOf(set, purpose, jurisdictions, channels);
  const marketing = set.marketing.has(purpose.purpose);
  return together([
    judgeTransfer(set, question, state, jurisdictions),
    refuse(...stopReasons(purpose.purpose, regimes, state)),
    ...regimes.map((regime) => judgeBasis(set, regime, purpose, state, at)),
    refuse(...channelReasons(purpose, question.channel)),
    ...(marketing && question.contactNow ? channels.map((channel) => judgeContact(set, channel, state, jurisdictions, at)) : []),
    { reasons: [], obligations: marketing ? unsubscribing(channels) : [], changesAt: [] },
  ]);
}

/** The channel asked about, or every channel of the purpose; none where the purpose does not use the one asked about. */
function channelsOf(purpose: Purpose, asked: Channel | undefined): readonly Channel[] {
  if (asked === undefined) return purpose.channels;
  return purpose.channels.includes(asked) ? [asked] : [];
}

const channelReasons = (purpose: Purpose, asked: Channel | undefined): Reason[] =>
  asked === undefined || purpose.channels.includes(asked)
    ? []
    : [{ code: "channel_not_for_purpose", purpose: purpose.purpose, channel: asked }];

const unsubscribing = (channels: readonly Channel[]): Obligation[] =>
  channels.some((channel) => ["email", "sms", "messaging"].includes(channel)) ? [{ kind: "unsubscribe-link" }] : [];

const denied = (set: PolicySet, reasons: Reason[]): Verdict => ({ allowed: false, reasons, obligations: [], policy: set.hash });

function verdict(set: PolicySet, question: Question, { reasons, obligations, changesAt }: Finding): Verdict {
  if (reasons.length > 0) return denied(set, publicReasons(set, question, reasons));
  const until = changesAt.length === 0 ? {} : { validUntil: instantOf(Math.min(...changesAt)) };
  return { allowed: true, reasons: [], obligations: [...obligations], ...until, policy: set.hash };
}
