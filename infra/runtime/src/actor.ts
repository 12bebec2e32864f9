/** Who acts: read from an access token of this cell's issuer (RFC 9068), and nothing else. And how a service gets tokens of its own. */
import { cellOf, SubjectId, type Cell } from "@behest/contracts/ids";
import { Problem } from "@behest/contracts/problem";
import { scopes } from "@behest/contracts/route";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { z } from "zod";

export type Actor = {
  kind: "service" | "subject" | "staff";
  /** The client that got the token; for a person the application they used. */
  client: string;
  cell: Cell;
  scopes: ReadonlySet<string>;
  subject?: SubjectId;
  /** `id`: key in the staff directory. */
  staff?: { id: string; roles: readonly string[] };
  email?: { value: string; verified: boolean };
};
/** Takes the Authorization header. Throws Problem `unauthenticated`, or `unavailable` when the issuer's keys can't be had. */
export type Verify = (authorization: string | undefined) => Promise<Actor>;

const tokenCharactersMax = 8_192;
const clockToleranceSeconds = 5;
const issuerTimeoutMs = 3_000;
const retryAfterSeconds = 2;

export function tokenVerifier({ issuer, audience, cell }: { issuer: string; audience: string; cell: Cell }): Verify {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`), {
    timeoutDuration: issuerTimeoutMs,
    cooldownDuration: 5_000,
    cacheMaxAge: 600_000,
  });
  const rules = {
    issuer,
    audience,
    typ: "at+jwt",
    algorithms: ["ES256"],
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ["exp", "iat", "sub", "client_id"],
  };
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization ?? "")?.[1];
    if (!token || token.length > tokenCharactersMax) throw new Problem("unauthenticated");
    try {
      const { payload } = await jwtVerify(token, keys, rules);
      return actorOf(Claims.parse(payload), cell);
    } catch (error) {
      throw problemOf(error);
    }
  };
}

const Claims = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  scope: z.string().default(""),
  subject_id: SubjectId.optional(),
  roles: z.array(z.string()).optional(),
  staff_id: z.string().min(1).optional(),
  email: z.string().optional(),
  email_verified: z.boolean().default(false),
});

function actorOf(claims: z.infer<typeof Claims>, cell: Cell): Actor {
  const { sub, client_id: client, subject_id: subject, roles, staff_id: staffId } = claims;
  const base = { client, cell, scopes: new Set(claims.scope.split(" ").filter(Boolean)) };
  const email = claims.email === undefined ? {} : { email: { value: claims.email, verified: claims.email_verified } };
  if (subject !== undefined && roles === undefined && staffId === undefined) {
    // A person of another cell is nobody here: their token for this cell should never have been given out.
    if (cellOf(subject) !== cell) throw new Problem("unauthenticated");
    return { kind: "subject", ...base, subject, ...email };
  }
  if (subject === undefined && roles !== undefined) return { kind: "staff", ...base, staff: { id: staffId ?? sub, roles }, ...email };
  if (subject === undefined && staffId === undefined && sub === client) return { kind: "service", ...base };
  throw new Problem("unauthenticated", { detail: "The token names neither a service, nor a linked person, nor a member of staff." });
}

/** Not to have the keys says nothing about the token: that is our fault, so 503 and never 401. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const ofToken = error instanceof z.ZodError || (error instanceof errors.JOSEError && !keyFaults.has(error.code));
  return ofToken ? new Problem("unauthenticated", {}, error) : new Problem("unavailable", { retryAfterSeconds }, error);
}
const keyFaults = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

export type ClientTokens = { tokenFor(audience: string): Promise<string> };
type Kept = { token: Promise<string>; until: number };
const renewBeforeMs = 30_000;

/** A service's own tokens for other services of its cell (RFC 6749 § 4.4, RFC 8707), kept until shortly before they end. Throws Problem `unavailable`. */
export function clientCredentials(options: { issuer: string; clientId: string; clientSecret: string }): ClientTokens {
  const kept = new Map<string, Kept>();
  return {
    async tokenFor(audience) {
      const before = kept.get(audience);
      if (before && performance.now() < before.until) return before.token;
      // While it is being asked for, everybody waits for the same answer.
      const entry: Kept = { token: ask(options, audience).then(keep, drop), until: Number.POSITIVE_INFINITY };
      function keep(answer: z.infer<typeof TokenAnswer>): string {
        entry.until = performance.now() + answer.expires_in * 1_000 - renewBeforeMs;
        return answer.access_token;
      }
      function drop(error: unknown): never {
        kept.delete(audience);
        throw new Problem("unavailable", { retryAfterSeconds }, error);
      }
      kept.set(audience, entry);
      return entry.token;
    },
  };
}

const IssuerMetadata = z.object({ token_endpoint: z.url() });
const TokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

async function ask({ issuer, clientId, clientSecret }: { issuer: string; clientId: string; clientSecret: string }, audience: string) {
  const { token_endpoint } = IssuerMetadata.parse(await fetchJson(`${issuer}/.well-known/openid-configuration`, {}));
  const service = audience.split(":").at(-1) ?? "";
  const wanted = scopes.filter((scope) => scope.startsWith(`${service}:`) || scope.startsWith("internal:"));
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString("base64");
  const body = new URLSearchParams({ grant_type: "client_credentials", resource: audience, scope: wanted.join(" ") });
  return TokenAnswer.parse(await fetchJson(token_endpoint, { method: "POST", headers: { authorization: `Basic ${basic}` }, body }));
}

async function fetchJson(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(issuerTimeoutMs) });
  if (!response.ok) throw new Error(`the token issuer answered ${response.status}`);
  return response.json();
}
