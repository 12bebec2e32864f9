/** Signs a demo person in as a browser would, without one: for tokens on the command line and for tests. */
import { type Cell, audienceOf, serviceNames } from "@behest/contracts/ids";
import {
  type Configuration,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
} from "openid-client";
import { type ClientAt, discover } from "./access-token.ts";
import { scopesOfPeople } from "./clients.ts";

export type PersonAt = { email: string; password: string };
export type SignedIn = {
  /** The browser's cookies at the provider, as a request header. */
  cookies: string;
  /** What the code gave: ID token, refresh token, access token for the consent service. */
  first: TokenEndpointResponse & TokenEndpointResponseHelpers;
  /** An access token for another service of the cell, by the refresh token. */
  tokenFor(audience: string): Promise<TokenEndpointResponse>;
};

const redirectsMax = 10;

/** @throws SignInRefused when the provider does not let the person in */
export async function signInPerson(options: { client: ClientAt; redirectUri: string; cell: Cell; person: PersonAt }): Promise<SignedIn> {
  const config = await discover(options.client);
  const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
  const request = new URLSearchParams({
    redirect_uri: options.redirectUri,
    scope: ["openid", "profile", ...new Set(serviceNames.flatMap(scopesOfPeople))].join(" "),
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  // RFC 8707: every service the person will be served by, each with a token of its own afterwards.
  for (const service of serviceNames) request.append("resource", audienceOf(options.cell, service));
  const { landed, cookies } = await browse(buildAuthorizationUrl(config, request), options.redirectUri, options.person);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  const first = await authorizationCodeGrant(config, landed, checks, { resource: audienceOf(options.cell, "consent") });
  return { cookies, first, tokenFor: (audience) => refreshed(config, first, audience) };
}

async function refreshed(config: Configuration, first: TokenEndpointResponse, audience: string): Promise<TokenEndpointResponse> {
  if (first.refresh_token === undefined) throw new SignInRefused("the provider gave no refresh token");
  return refreshTokenGrant(config, first.refresh_token, { resource: audience });
}

export class SignInRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SignInRefused";
  }
}

/** Follows redirects with cookies, fills in the sign-in form once, and returns the address with the code. */
async function browse(start: URL, redirectUri: string, person: PersonAt): Promise<{ landed: URL; cookies: string }> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let redirects = 0; redirects < redirectsMax; redirects += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (url.href.startsWith(redirectUri)) return { landed: url, cookies: cookie };
    const headers = { cookie, accept: "text/html" };
    const response = await fetch(url, { redirect: "manual", headers, ...(form ? { method: "POST", body: form } : {}) });
    remember(cookies, response);
    const location = response.headers.get("location");
    if (location !== null) url = new URL(location, url);
    else if (form || response.status !== 200) throw new SignInRefused(refusal(response.status));
    form = location === null ? new URLSearchParams(person) : undefined;
  }
  throw new SignInRefused("the provider redirects in a circle");
}

function refusal(status: number): string {
  if (status === 401) return "that e-mail address and password do not go together";
  return status === 429 ? "too many failed sign-ins: wait five minutes" : `the provider answered ${status}`;
}

function remember(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ""] = line.split(";", 1);
    const name = pair.slice(0, pair.indexOf("="));
    const value = pair.slice(pair.indexOf("=") + 1);
    if (value === "") cookies.delete(name);
    else cookies.set(name, value);
  }
}
