/** May this actor call this route, and about this person? */
import { Cell, cellOf, SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { RoutePolicy } from "@behest/contracts/route";
import type { Actor } from "../actor.ts";

/** Scope, kind of actor and staff roles. All of this stands in the published contract, so a plain 403 tells nobody anything new. */
export function authoriseCaller(access: Exclude<RoutePolicy["access"], "public">, actor: Actor): void {
  if (!actor.scopes.has(access.scope)) throw new Problem("forbidden", { detail: `The scope ${access.scope} is missing.` });
  if (!access.actors.includes(actor.kind)) throw new Problem("forbidden", { detail: `This is not for a ${actor.kind}.` });
  const roles = access.staffRoles;
  if (roles && actor.kind === "staff" && !actor.staff?.roles.some((role) => roles.includes(role))) {
    throw new Problem("forbidden", { detail: `One of these roles is needed: ${roles.join(", ")}.` });
  }
}

/** `named`: the subject in path or body, if any. Somebody else's subject and one that does not exist answer alike. */
export function authoriseSubject(owner: RoutePolicy["owner"], cell: Cell, actor: Actor, named: SubjectId | undefined): void {
  if (owner === "listed" || owner === "visible" || named === undefined) return; // the operation decides for each
  if (cellOf(named) !== cell) throw new Problem("wrong_cell", { cell: cellOf(named) });
  if (owner === "self" && named !== actor.subject) throw new Problem("subject_unknown");
}

/** The subject that path or body name, when they name exactly one by its id. */
export function subjectNamed(input: { params: unknown; body: unknown }): SubjectId | undefined {
  return subjectIn(input.params) ?? subjectIn(input.body);
}

function subjectIn(part: unknown): SubjectId | undefined {
  return typeof part === "object" && part !== null && "subject" in part ? SubjectId.safeParse(part.subject).data : undefined;
}
