/** Tokens from the local identity provider: for a client itself, or for a person who signs in through one. */
import { type Cell, type ServiceName, audienceOf } from "@behest/contracts/ids";
import { ClientSecretBasic, type Configuration, allowInsecureRequests, clientCredentialsGrant, discovery } from "openid-client";

export type ClientAt = { issuer: string; id: string; secret: string };

/** The provider of the local stack speaks plain http on the loopback interface. */
export function discover(client: ClientAt): Promise<Configuration> {
  return discovery(new URL(client.issuer), client.id, client.secret, ClientSecretBasic(client.secret), {
    execute: [allowInsecureRequests],
  });
}

/** With every scope that the client has at the service. */
export async function clientToken(client: ClientAt, cell: Cell, service: ServiceName): Promise<string> {
  const answer = await clientCredentialsGrant(await discover(client), { resource: audienceOf(cell, service) });
  return answer.access_token;
}
