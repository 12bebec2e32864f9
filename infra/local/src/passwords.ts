/** Passwords of the demo accounts: kept as scrypt hashes, compared in constant time. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** 16 MiB and some 50 ms a try: enough for accounts that exist on this machine alone, and quick enough for tests that sign in a hundred times. */
const cost = { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 1024 * 1024 };
const keyBytes = 32;
const prefix = `scrypt$${cost.N}$${cost.r}$${cost.p}$`;

/** Shape: `scrypt$<N>$<r>$<p>$<salt>$<key>`, salt and key base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `${prefix}${salt.toString("base64url")}$${key.toString("base64url")}`;
}

/** Was it made at today's cost? One that was not matches no password and must be made anew. */
export const isCurrentHash = (hash: string): boolean => hash.startsWith(prefix);

export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  const [salt, key] = isCurrentHash(hash) ? hash.slice(prefix.length).split("$") : [];
  if (salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64url");
  const given = await derive(password, Buffer.from(salt, "base64url"));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, keyBytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
