/** The clients that every cell's identity provider of the local stack knows, and the scopes it gives them at each service. */
import type { ServiceName } from "@behest/contracts/ids";
import type { Scope } from "@behest/contracts/route";

export type ScopesAt = Partial<Record<ServiceName, readonly Scope[]>>;
export type LocalClient = {
  name: string;
  /** What it may do on its own account. */
  scopes: ScopesAt;
  /** May people sign in through it? */
  signIn: boolean;
};

const caller: ScopesAt = {
  consent: ["consent:check", "consent:contact", "consent:evidence"],
  records: ["records:read", "records:lookup"],
};
/** Works on subject ids it is given; may not turn the CRM's keys into them, or it could list every customer. */
const analyst: ScopesAt = { ...caller, records: ["records:read"] };
const internal: readonly Scope[] = ["internal:subject-data"];

export const localClients: readonly LocalClient[] = [
  { name: "marketing", scopes: caller, signIn: false },
  { name: "support-desk", scopes: caller, signIn: true },
  { name: "sales-desk", scopes: caller, signIn: true },
  { name: "warehouse", scopes: caller, signIn: false },
  { name: "billing", scopes: caller, signIn: false },
  { name: "analytics", scopes: analyst, signIn: false },
  { name: "conversation-lab", scopes: analyst, signIn: false },
  { name: "partner-hub", scopes: analyst, signIn: false },
  { name: "overseas-support", scopes: caller, signIn: false },
  // A valid token and the scopes, but no policy file names it: every check it makes is denied.
  { name: "stranger", scopes: caller, signIn: false },
  // It alone may have people written to about what they decided.
  { name: "consent", scopes: { records: ["records:notify"] }, signIn: false },
  {
    name: "records",
    scopes: {
      consent: ["consent:enrol", "consent:stop", "consent:feed", "consent:check", ...internal],
      records: ["records:enrol", ...internal],
      crm: internal,
      portal: internal,
    },
    signIn: false,
  },
  { name: "crm", scopes: {}, signIn: false },
  { name: "portal", scopes: { consent: ["consent:unsubscribe"] }, signIn: true },
];

export const subjectScopes: ScopesAt = { consent: ["consent:own"], records: ["records:own"] };
const staffScopes: ScopesAt = { records: ["records:read", "records:lookup"] };
const officerScopes: ScopesAt = {
  records: ["records:read", "records:lookup", "records:oversee", "records:enrol"],
  crm: ["crm:oversee"],
};
const officers: ReadonlySet<string> = new Set(["officer", "senior-officer"]);

/** What a signed-in person may do: a subject their own, staff as their roles say. */
export function scopesOfPerson(roles: readonly string[]): ScopesAt {
  if (roles.length === 0) return subjectScopes;
  return roles.some((role) => officers.has(role)) ? officerScopes : staffScopes;
}

/** Every scope that some person may have at the service. */
export function scopesOfPeople(service: ServiceName): Scope[] {
  return [...new Set([subjectScopes, staffScopes, officerScopes].flatMap((scopes) => scopes[service] ?? []))];
}
