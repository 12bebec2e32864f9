/** The OpenID provider of one cell: its clients, whom it knows, and what its tokens say. */
import { type Cell, type ServiceName, audienceOf, serviceNames } from "@behest/contracts/ids";
import {
  type Account,
  type ClientMetadata,
  type Configuration,
  type KoaContextWithOIDC,
  Provider,
  type ResourceServer,
  errors,
  interactionPolicy,
} from "oidc-provider";
import { type LocalClient, localClients, scopesOfPeople, scopesOfPerson } from "../clients.ts";
import { type Person, findById } from "../people.ts";
import { redirectUriOf } from "../redirect-uri.ts";
import type { SigningKey } from "../secrets.ts";
import { renderFault, renderSignOut, renderSignedOut } from "./provider-pages.ts";
import { signInStore } from "./sign-in-store.ts";

export type CellProviderOptions = {
  cell: Cell;
  issuer: string;
  signingKey: SigningKey;
  cookieKey: string;
  clientSecrets: Readonly<Record<string, string>>;
  portalUrl: string;
  peopleFile: string;
};

const tokenSeconds = 600;
const sessionSeconds = 12 * 60 * 60;
const interactionSeconds = 20 * 60;

export function cellProvider(options: CellProviderOptions): Provider {
  const store = signInStore({ entriesMax: 20_000, nowMs: () => Date.now() });
  const provider = new Provider(options.issuer, configurationOf(options, store.adapterFor));
  // Koa would print faults of ours to the terminal with what the request held.
  provider.on("server_error", (_context, error) =>
    process.stderr.write(`${JSON.stringify({ msg: "provider fault", cell: options.cell, error: error.name })}\n`),
  );
  return provider;
}

function configurationOf(options: CellProviderOptions, adapter: NonNullable<Configuration["adapter"]>): Configuration {
  const { cell } = options;
  const policy = interactionPolicy.base();
  // What a client may have is decided by this file, not asked of the person: the portal is the company's own.
  policy.remove("consent");
  return {
    adapter,
    clients: localClients.map((client) => metadataOf(client, options)),
    jwks: { keys: [options.signingKey] },
    cookies: {
      keys: [options.cookieKey],
      // Cookies ignore ports: five issuers and five portals on one address share one jar.
      names: { session: `behest_idp_${cell}`, interaction: `behest_idp_${cell}_sign_in`, resume: `behest_idp_${cell}_resume` },
    },
    pkce: { required: () => true },
    clientDefaults: { id_token_signed_response_alg: "ES256", token_endpoint_auth_method: "client_secret_basic" },
    scopes: ["openid", "profile", "email"],
    claims: { openid: ["sub", "subject_id", "roles", "staff_id"], profile: ["name"], email: ["email", "email_verified"] },
    conformIdTokenClaims: false,
    discovery: { ui_locales_supported: ["en", "de", "ja", "zh-CN"] },
    findAccount: (_context, id) => accountOf(findById(options.peopleFile, cell, id)),
    loadExistingGrant: (context) => grantWhatThePersonMay(context, options),
    extraTokenClaims: (_context, token) =>
      "accountId" in token ? claimsOfToken(findById(options.peopleFile, cell, token.accountId), cell, audienceIn(token.aud)) : undefined,
    issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
    // One refresh token gets a token for each service, at the same time too: a token that changed at each use would lose that race.
    rotateRefreshToken: false,
    // Signing out ends what was signed in, refresh tokens too.
    expiresWithSession: () => true,
    ttl: {
      Interaction: interactionSeconds,
      Session: sessionSeconds,
      Grant: sessionSeconds,
      RefreshToken: sessionSeconds,
      AuthorizationCode: 60,
      IdToken: tokenSeconds,
      AccessToken: tokenSeconds,
      ClientCredentials: tokenSeconds,
    },
    interactions: { policy, url: (_context, interaction) => `/sign-in/${interaction.uid}` },
    renderError: renderFault,
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: renderSignOut, postLogoutSuccessSource: renderSignedOut },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        useGrantedResource: () => true,
        getResourceServerInfo: (context, resource, client) => serviceAt(context, resource, client.clientId, cell),
      },
    },
  };
}

function metadataOf(client: LocalClient, options: CellProviderOptions): ClientMetadata {
  const secret = options.clientSecrets[client.name];
  if (secret === undefined) throw new Error(`no secret for client ${client.name}`);
  const base = { client_id: client.name, client_secret: secret };
  if (!client.signIn) return { ...base, grant_types: ["client_credentials"], redirect_uris: [], response_types: [] };
  return {
    ...base,
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    response_types: ["code"],
    redirect_uris: [redirectUriOf(client.name, options)],
    post_logout_redirect_uris: [`${options.portalUrl}/`, options.portalUrl],
  };
}

/** The service behind `urn:behest:<cell>:<service>`. One of another cell is refused: tokens don't cross. */
function serviceOf(resource: string, cell: Cell): ServiceName {
  const service = serviceNames.find((name) => audienceOf(cell, name) === resource);
  if (service === undefined)
    throw new errors.InvalidTarget(`this issuer gives tokens for ${serviceNames.map((name) => audienceOf(cell, name)).join(", ")}`);
  return service;
}

function serviceAt(context: KoaContextWithOIDC, resource: string, clientId: string, cell: Cell): ResourceServer {
  const service = serviceOf(resource, cell);
  const client = localClients.find((candidate) => candidate.name === clientId);
  const own = client?.scopes[service] ?? [];
  const { params } = context.oidc;
  const forItself = params?.["grant_type"] === "client_credentials";
  // RFC 6749 § 3.3: no scope asked for gets the predefined one, here all that the client has.
  if (params && forItself && params["scope"] === undefined && own.length > 0) params["scope"] = own.join(" ");
  // People: all that anybody may have; what this person may is in their grant.
  const scope = (forItself ? own : scopesOfPeople(service)).join(" ");
  return { scope, audience: resource, accessTokenFormat: "jwt", accessTokenTTL: tokenSeconds, jwt: { sign: { alg: "ES256" } } };
}

async function grantWhatThePersonMay(
  context: KoaContextWithOIDC,
  options: CellProviderOptions,
): Promise<InstanceType<Provider["Grant"]> | undefined> {
  const { account, client, provider } = context.oidc;
  if (!account || !client) return undefined;
  const person = findById(options.peopleFile, options.cell, account.accountId);
  if (!person) return undefined;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope("openid profile email");
  const scopes = scopesOfPerson(person.roles);
  for (const service of serviceNames) grant.addResourceScope(audienceOf(options.cell, service), (scopes[service] ?? []).join(" "));
  await grant.save();
  return grant;
}

function accountOf(person: Person | undefined): Account | undefined {
  if (!person) return undefined;
  return {
    accountId: person.id,
    claims: () => ({
      sub: person.id,
      name: person.name,
      email: person.email,
      email_verified: person.emailVerified,
      ...whoThePersonIs(person),
    }),
  };
}

function whoThePersonIs(person: Person): Record<string, unknown> {
  if (person.staffId !== null) return { roles: person.roles, staff_id: person.staffId };
  return person.subject === null ? {} : { subject_id: person.subject };
}

/** The e-mail address goes to the consent service alone, which needs it to see whether a contact point is proved. */
function claimsOfToken(person: Person | undefined, cell: Cell, audience: string | undefined): Record<string, unknown> | undefined {
  if (!person) return undefined;
  const address =
    audience === audienceOf(cell, "consent") && person.staffId === null
      ? { email: person.email, email_verified: person.emailVerified }
      : {};
  return { ...whoThePersonIs(person), ...address };
}

const audienceIn = (audience: string | string[] | undefined): string | undefined => (Array.isArray(audience) ? audience[0] : audience);
