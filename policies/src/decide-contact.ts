/** Step 8: may this person be contacted right now? Quiet hours where they are, and contacts over all campaigns and callers. */
import type { Channel } from "@behest/contracts/ids";
import type { PolicySet } from "./compile.ts";
import { clear, clearUntil, refuse, together, type Finding } from "./finding.ts";
import { instantOf, timeOf } from "./instant.ts";
import { timeZonesOf } from "./residency.ts";
import type { ChannelRule } from "./schema.ts";
import type { SubjectState } from "./state.ts";
import { minuteOfDay, nextAt } from "./time-zone.ts";

const dayMs = 86_400_000;
/** Over the world's zones one quiet time may run into the next; after so many steps no free moment is promised. */
const stepsMax = 60;
type QuietHours = NonNullable<ChannelRule["quietHours"]>;

export function judgeContact(set: PolicySet, channel: Channel, state: SubjectState, jurisdictions: readonly string[], at: number): Finding {
  const quiet = jurisdictions.map((code) => judgeQuietHours(set, code, channel, state, at));
  return together([...quiet, ...judgeCaps(set, channel, state, at)]);
}

function judgeQuietHours(set: PolicySet, code: string, channel: Channel, state: SubjectState, at: number): Finding {
  const hours = set.jurisdictions.get(code)?.channels[channel]?.quietHours;
  if (hours === undefined) return clear;
  const zones = timeZonesOf(set, state);
  const about = { channel, jurisdiction: code, citation: hours.citation };
  if (zones.length === 0) return refuse({ code: "time_zone_unknown", ...about });
  if (!zones.some((zone) => isQuiet(hours, zone, at)))
    return clearUntil(Math.min(...zones.map((zone) => nextAt(zone, minuteOf(hours.from), at))));
  const until = nextFree(hours, zones, at);
  return refuse({ code: "quiet_hours", ...(until === undefined ? {} : { until: instantOf(until) }), ...about });
}

function isQuiet(hours: QuietHours, zone: string, at: number): boolean {
  const [now, from, to] = [minuteOfDay(zone, at), minuteOf(hours.from), minuteOf(hours.to)];
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

/** The first moment that is free wherever the person may be. */
function nextFree(hours: QuietHours, zones: readonly string[], at: number): number | undefined {
  let moment = at;
  for (let step = 0; step < stepsMax; step += 1) {
    const now = moment;
    const quiet = zones.filter((zone) => isQuiet(hours, zone, now));
    if (quiet.length === 0) return moment;
    moment = Math.max(...quiet.map((zone) => nextAt(zone, minuteOf(hours.to), now)));
  }
  return undefined;
}

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

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
