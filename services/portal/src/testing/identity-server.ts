/** An OpenID provider for a test: real HTTP, real signatures; it checks PKCE, state comes back, and whoever `next` names is signed in without being asked. */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { listen } from "@behest/runtime/testing/listen";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export type Account = { sub: string; name: string; email: string; subject_id?: string; roles?: readonly string[] };
export type IdentityServer = {
  issuer: string;
  /** Who signs in next. */
  next: Account;
  /** Audiences of the tokens given, in order. */
  audiences: string[];
  /** Give nobody a token any more. */
  refuse: boolean;
  close(): Promise<void>;
};
type Code = { account: Account; challenge: string; nonce: string; redirectUri: string };

export async function startIdentityServer(account: Account): Promise<IdentityServer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const kid = randomUUID();
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" }] });
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, Account>();
  const state: Omit<IdentityServer, "issuer" | "close"> = { next: account, audiences: [], refuse: false };

  const server = await listen((request, response) => {
    const url = new URL(request.url ?? "/", server.url);
    const send = (status: number, body: string) => response.writeHead(status, { "content-type": "application/json" }).end(body);
    const goTo = (address: string) => response.writeHead(303, { location: address }).end();
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return void send(200, metadata(server.url));
      case "/jwks":
        return void send(200, jwks);
      case "/authorize": {
        const code = randomUUID();
        const wanted = (name: string) => url.searchParams.get(name) ?? "";
        codes.set(code, {
          account: state.next,
          challenge: wanted("code_challenge"),
          nonce: wanted("nonce"),
          redirectUri: wanted("redirect_uri"),
        });
        return void goTo(`${wanted("redirect_uri")}?${new URLSearchParams({ code, state: wanted("state"), iss: server.url }).toString()}`);
      }
      case "/session/end":
        return void goTo(`${url.searchParams.get("post_logout_redirect_uri")}?state=${url.searchParams.get("state")}`);
      case "/token":
        return void answerToken(request).then((answer) =>
          send(answer === undefined ? 400 : 200, JSON.stringify(answer ?? { error: "invalid_grant" })),
        );
      default:
        return void send(404, "{}");
    }
  });

  async function answerToken(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
    const form = new URLSearchParams(await bodyOf(request));
    if (state.refuse) return undefined;
    const resource = form.get("resource") ?? "";
    const given = async (sub: string) => {
      state.audiences.push(resource);
      return { access_token: await sign({ sub, scope: "" }, resource, "at+jwt"), token_type: "Bearer", expires_in: 600 };
    };
    if (form.get("grant_type") === "client_credentials") return given("portal");
    const refreshed = refreshTokens.get(form.get("refresh_token") ?? "");
    if (refreshed !== undefined) return given(refreshed.sub);
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const proved = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (code === undefined || proved !== code.challenge || form.get("redirect_uri") !== code.redirectUri) return undefined;
    const refreshToken = randomUUID();
    refreshTokens.set(refreshToken, code.account);
    const idToken = await sign({ ...code.account, nonce: code.nonce }, "portal", "JWT");
    return { ...(await given(code.account.sub)), id_token: idToken, refresh_token: refreshToken };
  }

  const sign = (claims: Record<string, unknown>, audience: string, typ: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", typ, kid })
      .setIssuer(server.url)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("10m")
      .sign(privateKey);
  return Object.assign(state, { issuer: server.url, close: server.close });
}

const metadata = (url: string): string =>
  JSON.stringify({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    end_session_endpoint: `${url}/session/end`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
