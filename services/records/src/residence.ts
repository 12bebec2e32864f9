/** Residence from evidence: every country that the sources name for a person, and whether they disagree. */

export type Evidence = { asGiven: string; countries: readonly string[] };
export type Residence = { countries: string[]; conflict: boolean };

/**
 * `countries`: all that the person may live in, sorted. Evidence that names no country adds nothing. One piece of evidence that
 * fits several countries is uncertain, not a conflict; two that share no country are a conflict for an officer, and both laws count.
 */
export function residenceOf(evidence: readonly Evidence[]): Residence {
  const known = evidence.filter(({ countries }) => countries.length > 0);
  const countries = [...new Set(known.flatMap((piece) => piece.countries))].sort();
  const shared = countries.filter((country) => known.every((piece) => piece.countries.includes(country)));
  return { countries, conflict: known.length > 1 && shared.length === 0 };
}
