import { audienceOf } from "@behest/contracts/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientCredentials, tokenVerifier } from "./actor.ts";
import { listen } from "./testing/listen.ts";
import { startTestIssuer, unsigned, type TestIssuer } from "./testing/tokens.ts";

const audience = audienceOf("eu", "consent");
const subject = `eu_${"0".repeat(31)}1`;
const good = { audience, clientId: "marketing", scope: "consent:check consent:contact" };
let issuer: TestIssuer;
let foreign: TestIssuer;
beforeAll(async () => {
  [issuer, foreign] = await Promise.all([startTestIssuer("eu"), startTestIssuer("uk")]);
});
afterAll(() => Promise.all([issuer.close(), foreign.close()]));

const verifier = () => tokenVerifier({ issuer: issuer.issuer, audience, cell: "eu" });
const bearer = async (token: Promise<string> | string) => `Bearer ${await token}`;

test("a service, a subject and a member of staff are told apart by their claims", async () => {
  const verify = verifier();
  const service = await verify(await bearer(issuer.token(good)));
  expect(service).toEqual({ kind: "service", client: "marketing", cell: "eu", scopes: new Set(["consent:check", "consent:contact"]) });
  const person = await verify(await bearer(issuer.token({ ...good, clientId: "portal", subject, email: "ada@example.test" })));
  expect(person).toMatchObject({ kind: "subject", subject, client: "portal", email: { value: "ada@example.test", verified: true } });
  const staff = await verify(await bearer(issuer.token({ ...good, roles: ["sales"], staffId: "s-1" })));
  expect(staff).toMatchObject({ kind: "staff", staff: { id: "s-1", roles: ["sales"] } });
  const noRole = await verify(await bearer(issuer.token({ ...good, roles: [], staffId: "s-2" })));
  expect(noRole, "staff without a role is never taken for the client itself").toMatchObject({
    kind: "staff",
    staff: { id: "s-2", roles: [] },
  });
});

test("RUNTIME-13: expired, foreign, misdirected, unsigned, altered and untyped tokens are all 401", async () => {
  const verify = verifier();
  const valid = await issuer.token(good);
  const bad: Record<string, string | undefined> = {
    none: undefined,
    garbage: "Bearer garbage",
    basic: "Basic bWFya2V0aW5nOng=",
    expired: await bearer(issuer.token({ ...good, expiresInSeconds: -60 })),
    "another issuer": await bearer(foreign.token(good)),
    "another issuer under our name": await bearer(foreign.token({ ...good, issuer: issuer.issuer })),
    "our key under another name": await bearer(issuer.token({ ...good, issuer: "http://elsewhere.test" })),
    "another audience": await bearer(issuer.token({ ...good, audience: audienceOf("eu", "records") })),
    "another cell's audience": await bearer(issuer.token({ ...good, audience: audienceOf("uk", "consent") })),
    unsigned: `Bearer ${unsigned(valid)}`,
    altered: `Bearer ${valid.slice(0, -6)}AAAAAA`,
    "an id token": await bearer(issuer.token({ ...good, typ: "JWT" })),
    "a subject of another cell": await bearer(issuer.token({ ...good, subject: subject.replace("eu", "uk") })),
    "a subject that is none": await bearer(issuer.token({ ...good, subject: "ada" })),
    "a person who is not linked": await bearer(issuer.token({ ...good, sub: "account-9" })),
    "staff whose roles nobody says": await bearer(issuer.token({ ...good, staffId: "s-3" })),
    "subject and staff at once": await bearer(issuer.token({ ...good, subject, roles: ["officer"] })),
  };
  for (const [name, authorization] of Object.entries(bad)) {
    await expect(verify(authorization), name).rejects.toMatchObject({ code: "unauthenticated" });
  }
});

test("RUNTIME-14: when the issuer's keys can't be had it is 503, never 401", async () => {
  const gone = await startTestIssuer("eu");
  const authorization = await bearer(gone.token(good));
  await gone.close();
  await expect(tokenVerifier({ issuer: gone.issuer, audience, cell: "eu" })(authorization)).rejects.toMatchObject({ code: "unavailable" });
  const broken = await listen((_request, response) => void response.writeHead(500).end());
  await expect(tokenVerifier({ issuer: broken.url, audience, cell: "eu" })(authorization)).rejects.toMatchObject({ code: "unavailable" });
  await broken.close();
});

test("a service's own token is accepted where it is meant for, kept, and asked for once", async () => {
  const tokens = clientCredentials({ issuer: issuer.issuer, clientId: "records", clientSecret: "x" });
  const [first, second] = await Promise.all([tokens.tokenFor(audience), tokens.tokenFor(audience)]);
  expect(second).toBe(first);
  expect(await tokens.tokenFor(audience)).toBe(first);
  expect(await verifier()(`Bearer ${first}`)).toMatchObject({ kind: "service", client: "records" });
  expect(await tokens.tokenFor(audienceOf("eu", "crm"))).not.toBe(first);
});

test("no token to be had is 503, and the next try asks again", async () => {
  const down = await listen((_request, response) => void response.writeHead(503).end());
  const tokens = clientCredentials({ issuer: down.url, clientId: "records", clientSecret: "x" });
  await expect(tokens.tokenFor(audience)).rejects.toMatchObject({ code: "unavailable" });
  await expect(tokens.tokenFor(audience)).rejects.toMatchObject({ code: "unavailable" });
  await down.close();
});
