/** Step 4: may the data be used in that country? Every zone it would leave must let it go; a pair nobody ruled on is a no. */
import type { Cell } from "@behest/contracts/ids";
import type { Reason } from "@behest/contracts/decision";
import type { Instrument, PolicySet, TransferRule } from "./compile.ts";
import { judgeConsent } from "./decide-consent.ts";
import { clear, clearUntil, refuse, together, type Finding } from "./finding.ts";
import { timeOf } from "./instant.ts";
import { Zone } from "./schema.ts";
import type { Question, SubjectState } from "./state.ts";

/** The purpose that a person's consent to a transfer is recorded under. */
const transferPurpose = "transfer-abroad";
const dayMs = 86_400_000;
const zoneOfCell: Record<Cell, Zone> = { eu: "EU", uk: "UK", us: "US", cn: "CN", jp: "JP" };

export function judgeTransfer(set: PolicySet, question: Question, state: SubjectState, jurisdictions: readonly string[]): Finding {
  const usedIn = placeOfUse(set, question);
  if (usedIn === undefined) return clear;
  const to = set.residency.countries.get(usedIn)?.zone;
  const from = to === undefined ? undefined : exportingZones(set, zoneOfCell[question.cell], to, usedIn, state);
  if (to === undefined || from === undefined) return refuse({ code: "transfer_pair_unknown", country: usedIn });
  return together(from.map((zone) => judgePair(set, question, state, jurisdictions, zone, to, usedIn)));
}

/** The country that the question names, or else the one where the caller works: leaving it out avoids nothing. Undefined: where the data lie. */
export const placeOfUse = (set: PolicySet, { caller, usedIn }: Pick<Question, "caller" | "usedIn">): string | undefined =>
  usedIn ?? set.callers.get(caller.client)?.country;

/**
 * Where the data lie, and where the person lives; use in the person's own country exports nothing from it. Abroad, unknown residence
 * is every zone, and residence in a country of no zone leaves a law that nobody ruled on (undefined). At home (the cell's zone) data
 * whose owner's law is unknown can still be used.
 */
function exportingZones(set: PolicySet, home: Zone, to: Zone, usedIn: string, state: SubjectState): readonly Zone[] | undefined {
  const residence = state.countries.filter((country) => country !== usedIn).map((country) => set.residency.countries.get(country)?.zone);
  const known = residence.filter((zone) => zone !== undefined);
  if (to !== home && state.countries.length === 0) return Zone.options;
  if (to !== home && known.length < residence.length) return undefined;
  return [...new Set([...known, home])];
}

function judgePair(
  set: PolicySet,
  question: Question,
  state: SubjectState,
  jurisdictions: readonly string[],
  from: Zone,
  to: Zone,
  usedIn: string,
): Finding {
  const rule = set.transfers.rules.get(from)?.get(to);
  if (rule === undefined) return refuse({ code: "transfer_pair_unknown", country: usedIn });
  const missing: Reason = { code: "transfer_mechanism_missing", country: usedIn, citation: rule.citation };
  const instrument = instrumentFor(set.transfers.instruments, question, from, to);
  const consent = (): Finding => transferConsent(set, state, jurisdictions, question.at.getTime());
  switch (rule.needs) {
    case "none":
      return carriedBy(rule, rule.class, clear);
    case "never":
      return refuse({ code: "transfer_prohibited", country: usedIn, citation: rule.citation });
    case "instrument":
      return instrument === undefined ? refuse(missing) : carriedBy(rule, instrument.instrument, untilEnd(instrument));
    case "instrument-or-consent": {
      if (instrument !== undefined) return carriedBy(rule, instrument.instrument, untilEnd(instrument));
      const given = consent();
      return given.reasons.length > 0 ? refuse(missing) : carriedBy(rule, transferPurpose, given);
    }
    case "instrument-and-consent": {
      const given = consent();
      if (instrument === undefined) return refuse(missing, ...given.reasons);
      return given.reasons.length > 0
        ? given
        : carriedBy(rule, `${instrument.instrument}+${transferPurpose}`, together([untilEnd(instrument), given]));
    }
  }
}

/** A class that must be accounted for leaves a line naming what carried it. */
const carriedBy = (rule: TransferRule, mechanism: string, finding: Finding): Finding =>
  rule.ledger ? { ...finding, obligations: [{ kind: "transfer-ledger", mechanism, citation: rule.citation }] } : finding;

/** The one that lasts longest of those signed for this client, purpose and pair of zones. */
function instrumentFor(
  instruments: readonly Instrument[],
  { caller, purpose, at }: Question,
  from: Zone,
  to: Zone,
): Instrument | undefined {
  return instruments
    .filter(
      (one) =>
        one.from === from &&
        one.to === to &&
        one.clients.includes(caller.client) &&
        one.purposes.includes(purpose) &&
        at.getTime() < endOf(one),
    )
    .toSorted((a, b) => endOf(b) - endOf(a))
    .at(0);
}

/** In force through its last day, UTC. */
const endOf = (instrument: Instrument): number => timeOf(instrument.validUntil) + dayMs;
const untilEnd = (instrument: Instrument): Finding => clearUntil(endOf(instrument));

/** Consent to the transfer itself, as good as any other consent: unexpired, of the current notice, separate where the law wants it (PIPL Art. 39). */
function transferConsent(set: PolicySet, state: SubjectState, jurisdictions: readonly string[], at: number): Finding {
  const purpose = set.purposes.get(transferPurpose);
  if (purpose === undefined) return refuse({ code: "consent_not_recorded", purpose: transferPurpose });
  if (Object.hasOwn(state.objections, transferPurpose)) return refuse({ code: "objected", purpose: transferPurpose });
  const consents = jurisdictions
    .flatMap((code) => set.jurisdictions.get(code) ?? [])
    .map((jurisdiction) => judgeConsent(purpose, jurisdiction, state, at, false));
  return together(
    consents.map((consent) =>
      consent.holds ? (consent.until === undefined ? clear : clearUntil(consent.until)) : refuse(...consent.reasons),
    ),
  );
}
