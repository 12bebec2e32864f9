/** Everything secret of the local stack: made once by chance, kept in `.local/secrets.json` (mode 0600), never in the repository. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { type Cell, type ServiceName, cells, serviceNames } from "@behest/contracts/ids";
import { calculateJwkThumbprint } from "jose";
import { z } from "zod";
import { localClients } from "./clients.ts";
import { readPrivateJson, writePrivateJson } from "./local-files.ts";

const Key32 = z.string().regex(/^[\w-]{43}$/);
export const SigningKey = z.strictObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.literal("ES256"),
  use: z.literal("sig"),
});
export type SigningKey = z.infer<typeof SigningKey>;

const ServiceSecrets = z.strictObject({ rolePassword: z.string().min(32), checkpointKey: SigningKey });
const CellSecrets = z.strictObject({
  services: z.record(z.enum(serviceNames), ServiceSecrets),
  /** Consent's alone. */
  stopLogKey: Key32,
  commitmentKey: Key32,
  receiptKey: SigningKey,
  sessionKey: Key32,
  issuerKey: SigningKey,
  issuerCookieKey: Key32,
});
export type CellSecrets = z.infer<typeof CellSecrets>;

export const Secrets = z.strictObject({
  postgresPassword: z.string().min(32),
  /** Of all demo accounts alike: short, because people type it. */
  demoPassword: z.string(),
  clients: z.record(z.string(), z.string().min(32)),
  cells: z.record(z.enum(cells), CellSecrets),
});
export type Secrets = z.infer<typeof Secrets>;

/** What is there stays; what a newer version needs besides is added. */
export async function ensureSecrets(file: string): Promise<Secrets> {
  const present = readPrivateJson(file, Secrets);
  if (present && localClients.every((client) => present.clients[client.name] !== undefined)) return present;
  const secrets = present ?? (await makeSecrets());
  for (const client of localClients) secrets.clients[client.name] ??= token();
  writePrivateJson(file, secrets);
  return secrets;
}

export function rolePasswordsOf(secrets: Secrets, cell: Cell): Record<ServiceName, string> {
  const passwords = serviceNames.map((service) => [service, secrets.cells[cell].services[service].rolePassword] as const);
  return recordOf(serviceNames, passwords);
}

export const readSecrets = (file: string): Secrets | undefined => readPrivateJson(file, Secrets);

async function makeSecrets(): Promise<Secrets> {
  const made = await Promise.all(cells.map(async (cell) => [cell, await makeCell()] as const));
  return { postgresPassword: token(), demoPassword: demoPassword(), clients: {}, cells: recordOf(cells, made) };
}

async function makeCell(): Promise<CellSecrets> {
  const services = await Promise.all(
    serviceNames.map(async (service) => [service, { rolePassword: token(), checkpointKey: await signingKey() }] as const),
  );
  return {
    services: recordOf(serviceNames, services),
    stopLogKey: token(),
    commitmentKey: token(),
    receiptKey: await signingKey(),
    sessionKey: token(),
    issuerKey: await signingKey(),
    issuerCookieKey: token(),
  };
}

/** 32 bytes as base64url. */
const token = (): string => randomBytes(32).toString("base64url");

/** Without letters that look like others. */
function demoPassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const part = (): string => Array.from(randomBytes(4), (byte) => letters[byte % letters.length]).join("");
  return `demo-${part()}-${part()}`;
}

async function signingKey(): Promise<SigningKey> {
  const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  return SigningKey.parse({ ...jwk, kid: await calculateJwkThumbprint({ ...jwk, kty: "EC" }), alg: "ES256", use: "sig" });
}

/** The one cast of this file: entries made from all keys are a total record of them. */
function recordOf<K extends Cell | ServiceName, V>(_keys: readonly K[], entries: ReadonlyArray<readonly [K, V]>): Record<K, V> {
  return Object.fromEntries(entries) as Record<K, V>;
}
