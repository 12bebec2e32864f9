import { audienceOf } from "@behest/contracts/ids";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { buildEndSessionUrl } from "openid-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clientToken, discover } from "../access-token.ts";
import { redirectUriOf } from "../redirect-uri.ts";
import { SignInRefused, type SignedIn, signInPerson } from "../sign-in-person.ts";
import { type IssuerFixture, startIssuerFixture } from "../testing/issuer.ts";

// Real processes and password hashes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

let fixture: IssuerFixture;
beforeAll(async () => {
  fixture = await startIssuerFixture("eu");
});
afterAll(() => fixture.close());

const clientAt = (name: string) => ({ issuer: fixture.issuer, id: name, secret: fixture.secrets.clients[name] ?? "" });

function signIn(email: string, password = fixture.secrets.demoPassword, client = "portal"): Promise<SignedIn> {
  return signInPerson({ client: clientAt(client), redirectUri: redirectUriOf(client, fixture), cell: "eu", person: { email, password } });
}

/** Claims of a token that verifies exactly as the services verify it. */
async function claimsOf(token: string, audience: string) {
  const keys = createRemoteJWKSet(new URL(`${fixture.issuer}/jwks`));
  const { payload } = await jwtVerify(token, keys, {
    issuer: fixture.issuer,
    audience,
    typ: "at+jwt",
    algorithms: ["ES256"],
    requiredClaims: ["exp", "sub", "client_id"],
  });
  return payload;
}

test("LOCAL-3 a client's token names the client, one service of one cell, and exactly its scopes, also when it asked for none", async () => {
  const claims = await claimsOf(await clientToken(clientAt("marketing"), "eu", "consent"), audienceOf("eu", "consent"));
  expect(claims).toMatchObject({ sub: "marketing", client_id: "marketing", scope: "consent:check consent:contact consent:evidence" });
});

test("LOCAL-3 records has its scopes at every service, and marketing has none at crm", async () => {
  const records = await claimsOf(await clientToken(clientAt("records"), "eu", "crm"), audienceOf("eu", "crm"));
  expect(records["scope"]).toBe("internal:subject-data");
  const marketing = await claimsOf(await clientToken(clientAt("marketing"), "eu", "crm"), audienceOf("eu", "crm"));
  expect(marketing["scope"]).toBeUndefined();
});

test("LOCAL-3 an issuer gives no token for a service of another cell", async () => {
  await expect(clientToken(clientAt("marketing"), "cn", "consent")).rejects.toMatchObject({ error: "invalid_target" });
});

test("LOCAL-3 a wrong client secret gets no token", async () => {
  await expect(clientToken({ ...clientAt("marketing"), secret: "guessed" }, "eu", "consent")).rejects.toMatchObject({ status: 401 });
});

test("LOCAL-4 one sign-in gives a token for each service: by code for consent, by refresh token for the others, as often as wanted", async () => {
  const signedIn = await signIn("anna.schmidt@example.com");
  const consent = await claimsOf(signedIn.first.access_token, audienceOf("eu", "consent"));
  expect(consent).toMatchObject({
    client_id: "portal",
    scope: "consent:own",
    subject_id: fixture.subjectOfAnna,
    email: "anna.schmidt@example.com",
    email_verified: true,
  });
  const [one, two] = await Promise.all([signedIn.tokenFor(audienceOf("eu", "records")), signedIn.tokenFor(audienceOf("eu", "records"))]);
  for (const token of [one, two])
    expect(await claimsOf(token.access_token, audienceOf("eu", "records"))).toMatchObject({
      scope: "records:own",
      subject_id: fixture.subjectOfAnna,
      sub: consent.sub,
    });
});

test("LOCAL-4 the e-mail address is in tokens for consent alone", async () => {
  const signedIn = await signIn("anna.schmidt@example.com");
  const records = await claimsOf((await signedIn.tokenFor(audienceOf("eu", "records"))).access_token, audienceOf("eu", "records"));
  expect(Object.keys(records)).not.toContain("email");
});

test("LOCAL-4 an address that nobody verified is told as such", async () => {
  const signedIn = await signIn("claire.martin@example.com");
  expect(await claimsOf(signedIn.first.access_token, audienceOf("eu", "consent"))).toMatchObject({ email_verified: false });
});

test.each([
  { email: "sofia.agent@example.com", roles: ["support-agent"], scope: "records:read records:lookup" },
  { email: "olaf.officer@example.com", roles: ["officer"], scope: "records:read records:lookup records:oversee records:enrol" },
])("LOCAL-4 staff get roles, staff id and the scopes of their role: $email", async ({ email, roles, scope }) => {
  const signedIn = await signIn(email, undefined, email.startsWith("sofia") ? "support-desk" : "portal");
  const claims = await claimsOf((await signedIn.tokenFor(audienceOf("eu", "records"))).access_token, audienceOf("eu", "records"));
  expect(claims).toMatchObject({ roles, staff_id: email.split("@")[0] });
  expect(new Set(String(claims["scope"]).split(" "))).toEqual(new Set(scope.split(" ")));
  expect(claims["subject_id"]).toBeUndefined();
});

test("LOCAL-4 the ID token tells the portal who signed in", async () => {
  const signedIn = await signIn("anna.schmidt@example.com");
  const config = await discover(clientAt("portal"));
  expect(signedIn.first.claims()).toMatchObject({
    iss: config.serverMetadata().issuer,
    aud: "portal",
    name: "Anna Schmidt",
    subject_id: fixture.subjectOfAnna,
  });
});

test("LOCAL-4 a sign-in without PKCE is refused", async () => {
  const query = new URLSearchParams({
    client_id: "portal",
    response_type: "code",
    redirect_uri: redirectUriOf("portal", fixture),
    scope: "openid",
  });
  const response = await fetch(`${fixture.issuer}/auth?${query.toString()}`, { redirect: "manual" });
  expect(response.headers.get("location")).toContain("error=invalid_request");
});

test("LOCAL-5 a wrong password and an unknown address get the same answer, to the byte but for the address", async () => {
  const [known, unknown] = await Promise.all([wrongTry("mia.manager@example.com"), wrongTry("nobody.here@example.com")]);
  expect(known.status).toBe(401);
  expect(unknown.status).toBe(401);
  const renamed = unknown.text
    .replaceAll("nobody.here@example.com", "mia.manager@example.com")
    .replaceAll("nobody.here%40example.com", "mia.manager%40example.com");
  expect(renamed).toBe(known.text);
});

test("LOCAL-5 after five failures an account's next try is not looked at, whether the account exists or not", async () => {
  for (const email of ["sara.sales@example.com", "made.up@example.com"]) {
    for (let tries = 0; tries < 5; tries += 1) expect((await wrongTry(email)).status).toBe(401);
    const next = await wrongTry(email, fixture.secrets.demoPassword);
    expect(next.status).toBe(429);
    expect(Number(next.retryAfter)).toBeGreaterThan(0);
  }
  await expect(signIn("sara.sales@example.com")).rejects.toBeInstanceOf(SignInRefused);
});

test("LOCAL-6 the sign-in page speaks the language asked for, has no script, and lets its form lead only here and to the portal", async () => {
  for (const [wish, title] of [
    ["de", "Anmelden"],
    ["ja", "サインイン"],
    ["zh-CN", "登录"],
    ["fr en;q=0.5", "Sign in"],
  ] as const) {
    const { response, text } = await openSignIn({ ui_locales: wish });
    expect(text).toContain(`<h1>${title}</h1>`);
    expect(text).not.toContain("<script");
    expect(response.headers.get("content-security-policy")).toContain(`form-action 'self' ${fixture.portalUrl}`);
  }
});

test("LOCAL-6 what was typed comes back as text, never as markup", async () => {
  const { text } = await wrongTry('"><script>alert(1)</script>@example.com');
  expect(text).not.toContain("<script>");
});

test("LOCAL-7 signing out ends the session and the refresh token", async () => {
  const signedIn = await signIn("anna.schmidt@example.com");
  const config = await discover(clientAt("portal"));
  const url = buildEndSessionUrl(config, {
    id_token_hint: signedIn.first.id_token ?? "",
    post_logout_redirect_uri: `${fixture.portalUrl}/`,
  });
  const cookies = signedIn.cookies;
  const page = await fetch(url, { headers: { cookie: cookies, accept: "text/html" } });
  const text = await page.text();
  const secret = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? "";
  const done = await fetch(`${fixture.issuer}/session/end/confirm`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: cookies },
    body: new URLSearchParams({ xsrf: secret, logout: "yes" }),
  });
  expect(done.headers.get("location")).toBe(`${fixture.portalUrl}/`);
  await expect(signedIn.tokenFor(audienceOf("eu", "records"))).rejects.toMatchObject({ error: "invalid_grant" });
});

async function openSignIn(extra: Record<string, string> = {}) {
  const query = new URLSearchParams({
    client_id: "portal",
    response_type: "code",
    redirect_uri: redirectUriOf("portal", fixture),
    scope: "openid",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...extra,
  });
  const start = await fetch(`${fixture.issuer}/auth?${query.toString()}`, { redirect: "manual" });
  const cookie = start.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
  const url = new URL(start.headers.get("location") ?? "", fixture.issuer);
  const response = await fetch(url, { headers: { cookie } });
  return { url, cookie, response, text: await response.text() };
}

async function wrongTry(email: string, password = "wrong") {
  const { url, cookie } = await openSignIn();
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { cookie },
    body: new URLSearchParams({ email, password }),
  });
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get("retry-after") };
}
