/** The cell's identity provider, as the portal uses it: authorization code with PKCE, state and nonce; one access token for each service. */
import { audienceOf, SubjectId, type Cell } from "@behest/contracts/ids";
import { scopes } from "@behest/contracts/route";
import * as oidc from "openid-client";
import { z } from "zod";
import { tokenServices, type SessionData, type TokenService } from "./session-data.ts";

export type IdentityOptions = {
  cell: Cell;
  issuer: string;
  clientId: string;
  clientSecret: string;
  portalUrl: string;
  nowMs: () => number;
};
/** What must survive between leaving for the provider and coming back. */
export const PendingSignIn = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string(), endsAtMs: z.number() });
export type PendingSignIn = z.infer<typeof PendingSignIn>;
type HeldToken = { token: string; usableUntilMs: number };
export type Identity = {
  begin(to: string, locale: string): Promise<{ address: string; pending: PendingSignIn }>;
  /** Throws when the answer isn't the one to `pending`. */
  finish(callback: URL, pending: PendingSignIn): Promise<SessionData>;
  tokenFor(service: TokenService, refreshToken: string): Promise<HeldToken>;
  /** Where the provider ends its own session too (RP-initiated logout). Without the id token as a hint: it holds a name and an e-mail address, and this is an address. */
  signOutAddress(): Promise<string>;
};

const pendingMinutesMax = 15;
const renewBeforeEndMs = 30_000;
const tokenSecondsDefault = 60;
const requestSecondsMax = 5;
const personScopes = ["openid", "profile", "email", ...scopes.filter((scope) => !scope.startsWith("internal:"))].join(" ");

const Claims = z.object({
  name: z.string().default(""),
  email: z.string().optional(),
  subject_id: SubjectId.optional(),
  roles: z.array(z.string()).default([]),
});

export function identityAt(options: IdentityOptions): Identity {
  const configuration = rememberedOnceKnown(() => discover(options));
  const audience = (service: TokenService) => audienceOf(options.cell, service);
  const held = (answer: oidc.TokenEndpointResponse): HeldToken => ({
    token: answer.access_token,
    usableUntilMs: options.nowMs() + (answer.expires_in ?? tokenSecondsDefault) * 1_000 - renewBeforeEndMs,
  });
  return {
    async begin(to, locale) {
      const pending = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        to,
        endsAtMs: options.nowMs() + pendingMinutesMax * 60_000,
      };
      const wanted = new URLSearchParams({
        redirect_uri: `${options.portalUrl}/sign-in/callback`,
        scope: personScopes,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: "S256",
        ui_locales: locale,
      });
      for (const service of tokenServices) wanted.append("resource", audience(service));
      return { address: oidc.buildAuthorizationUrl(await configuration(), wanted).href, pending };
    },
    async finish(callback, pending) {
      const checks = {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      };
      const answer = await oidc.authorizationCodeGrant(await configuration(), callback, checks, { resource: audience("consent") });
      const claims = Claims.parse(answer.claims());
      return {
        name: claims.name === "" ? (claims.email ?? "") : claims.name,
        subject: claims.subject_id ?? null,
        roles: claims.roles,
        refreshToken: answer.refresh_token ?? null,
        tokens: { consent: held(answer) },
        known: null,
      };
    },
    async tokenFor(service, refreshToken) {
      return held(await oidc.refreshTokenGrant(await configuration(), refreshToken, { resource: audience(service) }));
    },
    async signOutAddress() {
      return oidc.buildEndSessionUrl(await configuration(), { post_logout_redirect_uri: `${options.portalUrl}/`, state: "signed-out" })
        .href;
    },
  };
}

function discover({ issuer, clientId, clientSecret }: IdentityOptions): Promise<oidc.Configuration> {
  const execute = issuer.startsWith("https:") ? [] : [oidc.allowInsecureRequests];
  return oidc.discovery(new URL(issuer), clientId, clientSecret, oidc.ClientSecretBasic(clientSecret), {
    execute,
    timeout: requestSecondsMax,
  });
}

/** Asked for when first needed, so that the portal starts before its provider does; a failure is not remembered. */
function rememberedOnceKnown<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
