/** What a service in production says over a wire that leaves the machine is encrypted: tokens and people's data travel there. */
import { serviceNames } from "@behest/contracts/ids";
import type { CellEnv } from "./env.ts";

/** What `pg` checks the server's certificate for. `prefer` may fall back to plain text. */
const encryptedModes = new Set(["require", "verify-ca", "verify-full"]);

/** One fault for each address that would be spoken to in plain text. Names the variable, never its value. */
export function plainFaults({ cell, issuer, urls, databaseUrl }: CellEnv<unknown>): string[] {
  const suffix = `_${cell.toUpperCase()}`;
  const addresses = [["ISSUER", issuer] as const, ...serviceNames.map((name) => [`${name.toUpperCase()}_URL`, urls[name]] as const)];
  const plain = addresses.filter(([, url]) => new URL(url).protocol !== "https:" && !isLoopback(new URL(url).hostname));
  return [
    ...plain.map(([name]) => `${name}${suffix} must be https in production, unless its host is this machine`),
    ...(isSafeDatabase(new URL(databaseUrl))
      ? []
      : [
          `DATABASE_URL${suffix} must end with ?sslmode=verify-full (or require, verify-ca) in production, unless its host is this machine`,
        ]),
  ];
}

function isSafeDatabase({ hostname, searchParams }: URL): boolean {
  // A host among the parameters counts instead of the one in its place; one that begins with a slash is a socket's folder.
  const hosts = searchParams.has("host") ? searchParams.getAll("host") : [hostname];
  if (hosts.every((host) => isLoopback(host) || host.startsWith("/"))) return true;
  const modes = searchParams.getAll("sslmode");
  return modes.length > 0 && modes.every((mode) => encryptedModes.has(mode));
}

/** RFC 6761 § 6.3, RFC 1122 § 3.2.1.3. */
const isLoopback = (host: string): boolean => /^(localhost|[^.]+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host);
