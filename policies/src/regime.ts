/** What the law of one jurisdiction asks of a purpose, by one channel where the channel decides. */
import type { Channel } from "@behest/contracts/ids";
import type { Jurisdiction, PolicySet, Purpose } from "./compile.ts";
import type { Basis, ChannelRule } from "./schema.ts";

type Of<Kind extends string, Rest = unknown> = {
  kind: Kind;
  jurisdiction: Jurisdiction;
  channel: Channel | undefined;
  citation: string;
} & Rest;
export type Regime =
  | Of<"opt-in", { confirmation: boolean; softOptIn: ChannelRule["softOptIn"] }>
  | Of<"opt-out", { conditions: NonNullable<ChannelRule["conditions"]>; registerDaysMax: number | undefined }>
  | Of<"legitimate-interest">
  | Of<"contract">
  | Of<"legal-obligation">
  | Of<"prohibited">
  | Of<"unruled">;

/** One regime for each candidate jurisdiction, and for each channel where the channel's rule decides. */
export function regimesOf(set: PolicySet, purpose: Purpose, jurisdictions: readonly string[], channels: readonly Channel[]): Regime[] {
  return jurisdictions.flatMap((code) => {
    const jurisdiction = set.jurisdictions.get(code);
    return jurisdiction === undefined ? [] : regimesIn(jurisdiction, basisOf(purpose, jurisdiction), channels);
  });
}

/** The most specific entry wins: the jurisdiction's own, then what it inherits from, then the default. */
export function basisOf(purpose: Purpose, jurisdiction: Jurisdiction): Basis | undefined {
  const entry = [...jurisdiction.lineage, "default"].find((code) => Object.hasOwn(purpose.basis, code));
  return entry === undefined ? undefined : purpose.basis[entry];
}

function regimesIn(jurisdiction: Jurisdiction, basis: Basis | undefined, channels: readonly Channel[]): Regime[] {
  if (basis === undefined) return [{ kind: "unruled", jurisdiction, channel: undefined, citation: jurisdiction.law }];
  if (basis.kind === "channel-rule") return channels.map((channel) => regimeOfChannel(jurisdiction, channel));
  const common = { jurisdiction, channel: undefined, citation: basis.citation };
  if (basis.kind === "consent") return [{ kind: "opt-in", ...common, confirmation: false, softOptIn: undefined }];
  if (basis.kind === "opt-out") return [{ kind: "opt-out", ...common, conditions: basis.conditions ?? [], registerDaysMax: undefined }];
  return [{ kind: basis.kind, ...common }];
}

function regimeOfChannel(jurisdiction: Jurisdiction, channel: Channel): Regime {
  const rule = jurisdiction.channels[channel];
  if (rule === undefined) return { kind: "unruled", jurisdiction, channel, citation: jurisdiction.law };
  const common = { jurisdiction, channel, citation: rule.citation };
  if (rule.rule === "opt-in")
    return { kind: "opt-in", ...common, confirmation: rule.confirmation !== undefined, softOptIn: rule.softOptIn };
  if (rule.rule === "opt-out")
    return { kind: "opt-out", ...common, conditions: rule.conditions ?? [], registerDaysMax: rule.registerDaysMax };
  return { kind: rule.rule, ...common };
}
