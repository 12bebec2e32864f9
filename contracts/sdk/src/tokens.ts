/** Where bearer tokens come from: the caller's own source, or client credentials with one audience a token (RFC 8707). */
import { audienceOf, type Cell, type ServiceName } from "@behest/contracts/ids";
import { z } from "zod";
import { BehestError } from "./error.ts";
import type { Credentials } from "./options.ts";

export type TokenSource = {
  tokenFor(cell: Cell, service: ServiceName, signal: AbortSignal): Promise<string>;
  /** Forget a token that a service refused. */
  forget(cell: Cell, service: ServiceName): void;
};

export function tokenSource(credentials: Credentials): TokenSource {
  if ("token" in credentials) {
    const { token } = credentials;
    return { tokenFor: (cell, service) => token({ cell, service, audience: audienceOf(cell, service) }), forget: () => undefined };
  }
  return clientCredentialsSource(credentials);
}

const scopesOf: Record<ServiceName, string> = {
  consent: "consent:check consent:contact consent:evidence",
  records: "records:read records:lookup",
  crm: "",
  portal: "",
};
const renewBeforeEndMs = 30_000;

function clientCredentialsSource(client: { clientId: string; clientSecret: string; issuers: Partial<Record<Cell, string>> }): TokenSource {
  const cached = new Map<string, { token: string; usableUntilMs: number }>();
  return {
    async tokenFor(cell, service, signal) {
      const audience = audienceOf(cell, service);
      const held = cached.get(audience);
      if (held !== undefined && held.usableUntilMs > Date.now()) return held.token;
      const issuer = client.issuers[cell];
      if (issuer === undefined) throw new BehestError("token_unavailable", { cell });
      const granted = await requestToken(issuer, client, audience, scopesOf[service], signal);
      cached.set(audience, { token: granted.access_token, usableUntilMs: Date.now() + granted.expires_in * 1_000 - renewBeforeEndMs });
      return granted.access_token;
    },
    forget(cell, service) {
      cached.delete(audienceOf(cell, service));
    },
  };
}

const Metadata = z.object({ issuer: z.string(), token_endpoint: z.url() });
const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number().min(0).default(60) });

async function requestToken(
  issuer: string,
  client: { clientId: string; clientSecret: string },
  resource: string,
  scope: string,
  signal: AbortSignal,
) {
  try {
    const found = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, { signal, redirect: "manual" });
    const metadata = Metadata.parse(await found.json());
    // OpenID Connect Discovery § 4.3: the document must name the issuer that was asked.
    if (metadata.issuer !== issuer) throw new BehestError("token_unavailable");
    const basic = btoa(`${encodeURIComponent(client.clientId)}:${encodeURIComponent(client.clientSecret)}`);
    const reply = await fetch(metadata.token_endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "client_credentials", resource, scope }),
      signal,
      redirect: "manual",
    });
    if (!reply.ok) throw new BehestError("token_unavailable", { status: reply.status });
    return Granted.parse(await reply.json());
  } catch (error) {
    if (error instanceof BehestError || signal.aborted) throw error;
    throw new BehestError("token_unavailable", {}, error);
  }
}
