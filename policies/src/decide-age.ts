/** Step 6: may the person be too young to agree alone? Only the year of birth is kept. */
import type { Jurisdiction } from "./compile.ts";
import type { SubjectState } from "./state.ts";

/** The year in the last time zone to enter it: a birthday that may still be ahead counts as ahead. */
const lastZoneBehindMs = 12 * 3_600_000;

/** An unknown year is not taken for a minor: nobody may be asked for a birthday just to be allowed to refuse. */
export function mayBeMinor(state: SubjectState, jurisdiction: Jurisdiction, at: number): boolean {
  if (jurisdiction.age === undefined || state.birthYear === null) return false;
  const year = new Date(at - lastZoneBehindMs).getUTCFullYear();
  const youngest = year - state.birthYear - 1;
  return !(youngest >= jurisdiction.age.years);
}
