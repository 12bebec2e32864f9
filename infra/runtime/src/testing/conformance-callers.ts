/** The callers that conformance sends: the right one for a route, and everyone who is nearly right. */
import { audienceOf, type ServiceName } from "@behest/contracts/ids";
import { actorKinds, scopes, type ActorKind, type Route } from "@behest/contracts/route";
import { unsigned, type TestIssuer, type TokenRequest } from "./tokens.ts";

type Access = { scope: string; actors: readonly ActorKind[]; staffRoles?: readonly string[] };
const accessOf = ({ policy }: Route): Access => (policy.access === "public" ? { scope: "", actors: ["service"] } : policy.access);

/** All that tells the kinds of actors apart in a token. */
const kinds: Record<ActorKind, (subject: string, roles: readonly string[]) => Partial<TokenRequest>> = {
  service: () => ({}),
  subject: (subject) => ({ subject }),
  staff: (_subject, roles) => ({ staffId: "conformance", roles }),
};

function requestFor(service: ServiceName, route: Route, kind: ActorKind, subject: string): TokenRequest {
  const { scope, staffRoles = [] } = accessOf(route);
  return { audience: audienceOf("eu", service), clientId: "conformance", scope, ...kinds[kind](subject, staffRoles) };
}
const firstKind = (route: Route): ActorKind => accessOf(route).actors[0] ?? "service";

/** A token that lets its bearer call the route. */
export const callerOf = (
  issuer: TestIssuer,
  service: ServiceName,
  route: Route,
  subject: string,
  changed: Partial<TokenRequest> = {},
): Promise<string> => issuer.token({ ...requestFor(service, route, firstKind(route), subject), ...changed });

/** A rightful caller of each kind that a route about oneself takes. */
export const othersOf = (issuer: TestIssuer, service: ServiceName, route: Route, subject: string): Promise<string[]> =>
  Promise.all(accessOf(route).actors.map((kind) => issuer.token(requestFor(service, route, kind, subject))));

/** Tokens that are no tokens for this service, by what is wrong with each. */
export async function impostors(
  issuer: TestIssuer,
  other: TestIssuer,
  service: ServiceName,
  route: Route,
  subject: string,
): Promise<Array<[string, string]>> {
  const right = requestFor(service, route, firstKind(route), subject);
  const valid = await issuer.token(right);
  return [
    ["garbage", "garbage"],
    ["unsigned", unsigned(valid)],
    ["altered", `${valid.slice(0, -8)}AAAAAAAA`],
    ["expired", await issuer.token({ ...right, expiresInSeconds: -60 })],
    ["another service's audience", await issuer.token({ ...right, audience: audienceOf("eu", service === "crm" ? "portal" : "crm") })],
    ["another cell's audience", await issuer.token({ ...right, audience: audienceOf("uk", service) })],
    ["another issuer", await other.token(right)],
    ["another issuer under our name", await other.token({ ...right, issuer: issuer.issuer })],
    ["an id token", await issuer.token({ ...right, typ: "JWT" })],
  ];
}

/** Valid tokens that do not suffice, by what they lack. */
export async function callersWithout(
  issuer: TestIssuer,
  service: ServiceName,
  route: Route,
  subject: string,
): Promise<Array<[string, string]>> {
  const { scope, actors, staffRoles } = accessOf(route);
  const right = requestFor(service, route, firstKind(route), subject);
  const others = scopes.filter((one) => one !== scope).join(" ");
  const wrongKinds = actorKinds.filter((kind) => !actors.includes(kind));
  return [
    ["no scope at all", await issuer.token({ ...right, scope: "" })],
    ["every scope but this", await issuer.token({ ...right, scope: others })],
    ...(await Promise.all(
      wrongKinds.map(async (kind): Promise<[string, string]> => [
        `a ${kind}`,
        await issuer.token(requestFor(service, route, kind, subject)),
      ]),
    )),
    ...(staffRoles
      ? [
          [
            "staff without the role",
            await issuer.token({ ...right, staffId: "conformance", roles: ["support-agent-of-nothing"] }),
          ] satisfies [string, string],
        ]
      : []),
  ];
}
