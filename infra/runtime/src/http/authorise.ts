/** May this actor call this route, and about this person? */
import { type Cell, cellOf, SubjectId } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import type { RoutePolicy } from "@behest/contracts/route";
import type { Actor } from "../actor.ts";
import type { RawRequest } from "./parse.ts";

/** Scope, kind of actor and staff roles. All of this stands in the published contract, so a plain 403 tells nobody anything new. */
export function authoriseCaller(access: Exclude<RoutePolicy["access"], "public">, actor: Actor): void {
  if (!actor.scopes.has(access.scope)) throw new Problem("forbidden", { detail: `The scope ${access.scope} is missing.` });
  if (!access.actors.includes(actor.kind)) throw new Problem("forbidden", { detail: `This is not for a ${actor.kind}.` });
  const roles = access.staffRoles;
  if (roles && actor.kind === "staff" && !actor.staff?.roles.some((role) => roles.includes(role))) {
    throw new Problem("forbidden", { detail: `One of these roles is needed: ${roles.join(", ")}.` });
  }
}

/**
 * `named`: the subjects in path and body, if any. Somebody else's subject and one that does not exist answer alike. Asked before the request
 * is checked any further, so that not even a list of issues tells one from the other.
 */
export function authoriseSubjects(owner: RoutePolicy["owner"], cell: Cell, actor: Actor, named: readonly SubjectId[]): void {
  if (owner === "listed" || owner === "visible") return; // the operation decides for each
  for (const subject of named) {
    if (cellOf(subject) !== cell) throw new Problem("wrong_cell", { cell: cellOf(subject) });
    if (owner === "self" && subject !== actor.subject) throw new Problem("subject_unknown");
  }
}

/** What stands as `subject` in path or body and has the form of an id. */
export function subjectsNamed({ params, body }: RawRequest): SubjectId[] {
  return [params, body.kind === "json" ? body.value : undefined].flatMap(subjectIn);
}

function subjectIn(part: unknown): SubjectId[] {
  const found = typeof part === "object" && part !== null && "subject" in part ? SubjectId.safeParse(part.subject).data : undefined;
  return found === undefined ? [] : [found];
}
