/** Puts one cell's portal together from its configuration. */
import { audienceOf } from "@behest/contracts/ids";
import type { PolicySet } from "@behest/policies/compile";
import { clientCredentials, tokenVerifier } from "@behest/runtime/actor";
import type { Clock } from "@behest/runtime/clock";
import { openDatabase } from "@behest/runtime/database";
import type { CellEnv } from "@behest/runtime/env";
import type { ServiceApp } from "@behest/runtime/http";
import type { Log } from "@behest/runtime/log";
import { z } from "zod";
import { portalApp } from "./app.ts";
import { readAssets } from "./assets.ts";
import { identityAt } from "./identity.ts";
import { sealWith } from "./seal.ts";
import { sessionStore } from "./session-store.ts";

const keyBytes = 32;
const SessionKey = z
  .string({ error: "must be 32 bytes as base64url" })
  .transform((text) => Buffer.from(text, "base64url"))
  .refine((key) => key.length === keyBytes, "must be 32 bytes as base64url");
/** What the portal needs beside what every service needs. */
export const portalEnvironment = { SESSION_KEY: SessionKey };

export type CellStart = { env: CellEnv<{ SESSION_KEY: Buffer }>; policies: PolicySet; clock: Clock; log: Log; draining: () => boolean };

export function startCell({ env, policies, clock, log, draining }: CellStart): { app: ServiceApp; stop: () => Promise<void> } {
  const { cell, issuer, urls, clientId, clientSecret } = env;
  const database = openDatabase({ url: env.databaseUrl, service: "portal" });
  const seal = sealWith(env.extra.SESSION_KEY);
  const portal = {
    cell,
    url: urls.portal,
    issuer,
    services: urls,
    policies,
    assets: readAssets(),
    sessions: sessionStore({ database, seal, clock }),
    seal,
    identity: identityAt({ cell, issuer, clientId, clientSecret, portalUrl: urls.portal, nowMs: () => clock.now().getTime() }),
    ownTokens: clientCredentials({ issuer, clientId, clientSecret }),
    clock,
    log,
  };
  const verify = tokenVerifier({ issuer, audience: audienceOf(cell, "portal"), cell });
  const app = portalApp(portal, { database, verify, readiness: () => (draining() ? "draining" : "ok") });
  return { app, stop: () => database.close() };
}
