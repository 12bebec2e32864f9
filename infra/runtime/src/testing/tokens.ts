/** A token issuer of its own for a test: a real HTTP server with keys, metadata and a client-credentials endpoint. Tokens are signed as the cell's issuer signs them. */
import { randomUUID } from "node:crypto";
import type { Cell } from "@behest/contracts/ids";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { listen } from "./listen.ts";

export type TokenRequest = {
  audience: string;
  clientId: string;
  /** Separated by spaces. */
  scope: string;
  /** Of a person: their account. A service's token has the client's id here. */
  sub?: string;
  subject?: string;
  roles?: readonly string[];
  staffId?: string;
  email?: string;
  emailVerified?: boolean;
  /** Negative: expired already. */
  expiresInSeconds?: number;
  /** Names another issuer than the one that signs. */
  issuer?: string;
  typ?: string;
};
export type TestIssuer = {
  issuer: string;
  token(request: TokenRequest): Promise<string>;
  close(): Promise<void>;
};

export async function startTestIssuer(cell: Cell): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const kid = `${cell}-${randomUUID()}`;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" }] });
  const server = await listen((request, response) => {
    const send = (status: number, text: string) => response.writeHead(status, { "content-type": "application/json" }).end(text);
    if (request.url === "/jwks") return send(200, jwks);
    if (request.url === "/.well-known/openid-configuration")
      return send(200, JSON.stringify({ issuer: server.url, jwks_uri: `${server.url}/jwks`, token_endpoint: `${server.url}/token` }));
    if (request.url !== "/token" || request.method !== "POST") return send(404, "{}");
    let form = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (form += chunk));
    request.on("end", () => {
      const wanted = new URLSearchParams(form);
      const clientId =
        Buffer.from((request.headers.authorization ?? "").replace(/^Basic /, ""), "base64")
          .toString()
          .split(":")[0] ?? "";
      void token({ audience: wanted.get("resource") ?? "", clientId, scope: wanted.get("scope") ?? "" }).then((access_token) =>
        send(200, JSON.stringify({ access_token, token_type: "Bearer", expires_in: 600 })),
      );
    });
  });
  const token = (wanted: TokenRequest) =>
    new SignJWT(claimsOf(wanted))
      .setProtectedHeader({ alg: "ES256", typ: wanted.typ ?? "at+jwt", kid })
      .setIssuer(wanted.issuer ?? server.url)
      .setAudience(wanted.audience)
      .setSubject(wanted.sub ?? (isPerson(wanted) ? `account-${wanted.subject ?? wanted.staffId ?? "staff"}` : wanted.clientId))
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1_000) + (wanted.expiresInSeconds ?? 600))
      .sign(privateKey);
  return { issuer: server.url, token, close: server.close };
}

const isPerson = ({ subject, roles, staffId }: TokenRequest): boolean =>
  subject !== undefined || roles !== undefined || staffId !== undefined;

function claimsOf({ clientId, scope, subject, roles, staffId, email, emailVerified }: TokenRequest): Record<string, unknown> {
  return {
    client_id: clientId,
    scope,
    ...(subject === undefined ? {} : { subject_id: subject }),
    ...(roles === undefined ? {} : { roles }),
    ...(staffId === undefined ? {} : { staff_id: staffId }),
    ...(email === undefined ? {} : { email, email_verified: emailVerified ?? true }),
  };
}

/** `alg: none`, as an attacker would write it. */
export function unsigned(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  return `${header}.${token.split(".")[1] ?? ""}.`;
}
