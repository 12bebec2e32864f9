/** Step 8: may this person be contacted right now? Quiet hours where they are, and contacts over all campaigns and callers. */
import type { Channel } from "@behest/contracts/ids";
import type { PolicySet } from "./compile.ts";
import { clear, clearUntil, refuse, together, type Finding } from "./finding.ts";
import { instantOf, timeOf } from "./instant.ts";
import { quietAmong } from "./quiet-hours.ts";
import { timeZonesOf } from "./residency.ts";
import type { SubjectState } from "./state.ts";

const dayMs = 86_400_000;

export function judgeContact(set: PolicySet, channel: Channel, state: SubjectState, jurisdictions: readonly string[], at: number): Finding {
  const zones = timeZonesOf(set, state);
  const quiet = jurisdictions.map((code) => judgeQuietHours(set, code, channel, zones, at));
  return together([...quiet, ...judgeCaps(set, channel, state, at)]);
}

function judgeQuietHours(set: PolicySet, code: string, channel: Channel, zones: readonly string[], at: number): Finding {
  const hours = set.jurisdictions.get(code)?.channels[channel]?.quietHours;
  if (hours === undefined) return clear;
  const about = { channel, jurisdiction: code, citation: hours.citation };
  if (zones.length === 0) return refuse({ code: "time_zone_unknown", ...about });
  const { quiet, until } = quietAmong(hours, zones, at);
  if (!quiet) return until === undefined ? clear : clearUntil(until);
  return refuse({ code: "quiet_hours", ...(until === undefined ? {} : { until: instantOf(until) }), ...about });
}

function judgeCaps(set: PolicySet, channel: Channel, state: SubjectState, at: number): Finding[] {
  return set.caps
    .filter((cap) => cap.channels.includes(channel))
    .map((cap) => {
      const windowMs = cap.windowDays * dayMs;
      // A time that can't be read counts as now: rather one contact too few.
      const times = state.contacts
        .filter((contact) => cap.channels.includes(contact.channel))
        .map((contact) => timeOf(contact.at))
        .map((time) => (Number.isNaN(time) ? at : time));
      const counted = times.filter((time) => time > at - windowMs).toSorted((a, b) => b - a);
      const freeing = counted.at(cap.max - 1);
      return counted.length < cap.max || freeing === undefined
        ? clear
        : refuse({ code: "frequency_cap_reached", channel, until: instantOf(freeing + windowMs), citation: cap.citation });
    });
}
