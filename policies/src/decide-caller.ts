/** Step 2: a purpose is granted to a client by policy, never merely asserted. */
import type { Reason } from "@behest/contracts/decision";
import type { PolicySet } from "./compile.ts";
import type { Question } from "./state.ts";

/** On behalf of staff only what the client may do for one of their roles counts, not what it may do alone: who has no role may nothing. */
export function callerRefusals(set: PolicySet, { caller, purpose }: Question): Reason[] {
  const known = set.callers.get(caller.client);
  if (known === undefined) return [{ code: "caller_unknown" }];
  const granted =
    caller.roles === null
      ? known.purposes
      : caller.roles.flatMap((role) => (Object.hasOwn(known.staff, role) ? (known.staff[role] ?? []) : []));
  return granted.includes(purpose) ? [] : [{ code: "purpose_not_granted", purpose }];
}
