/** The real portal of one cell over HTTP, with a database and an identity provider of its own, and a listener where the other services would be. */
import { audienceOf } from "@behest/contracts/ids";
import { loadPolicies } from "@behest/policies/load";
import { clientCredentials, tokenVerifier } from "@behest/runtime/actor";
import { createLog } from "@behest/runtime/log";
import { fixedClock } from "@behest/runtime/testing/clock";
import type { CellDb } from "@behest/runtime/testing/database";
import { listen } from "@behest/runtime/testing/listen";
import { portalApp } from "../app.ts";
import { readAssets } from "../assets.ts";
import { identityAt } from "../identity.ts";
import { sealWith } from "../seal.ts";
import { sessionStore } from "../session-store.ts";
import { startIdentityServer, type Account, type IdentityServer } from "./identity-server.ts";

export type Heard = { method: string; path: string; token: string; idempotencyKey: string | undefined; body: string };
/** What another service would answer; undefined: 503. */
export type Reply = (heard: Heard) => { status: number; body: unknown } | undefined;
export type PortalServer = {
  url: string;
  identity: IdentityServer;
  clock: ReturnType<typeof fixedClock>;
  /** What the portal asked of other services. */
  heard: Heard[];
  close(): Promise<void>;
};

const policies = loadPolicies();

export async function startPortalServer(cellDb: CellDb, account: Account, reply: Reply): Promise<PortalServer> {
  const identity = await startIdentityServer(account);
  const clock = fixedClock(new Date());
  const heard: Heard[] = [];
  const services = await listen((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const key = request.headers["idempotency-key"];
      const one: Heard = {
        method: request.method ?? "",
        path: request.url ?? "",
        token: (request.headers.authorization ?? "").replace("Bearer ", ""),
        idempotencyKey: typeof key === "string" ? key : undefined,
        body,
      };
      heard.push(one);
      const answer = reply(one) ?? { status: 503, body: {} };
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
  });
  const made: { app?: ReturnType<typeof portalApp> } = {};
  const server = await listen((request, response) => made.app?.listener(request, response));
  const database = cellDb.open("portal");
  const seal = sealWith(Buffer.alloc(32, 7));
  const client = { issuer: identity.issuer, clientId: "portal", clientSecret: "secret" };
  const portal = {
    cell: cellDb.cell,
    url: server.url,
    issuer: identity.issuer,
    services: { consent: services.url, records: services.url, crm: services.url },
    policies,
    assets: readAssets(),
    sessions: sessionStore({ database, seal, clock }),
    seal,
    identity: identityAt({ ...client, cell: cellDb.cell, portalUrl: server.url, nowMs: () => clock.now().getTime() }),
    ownTokens: clientCredentials(client),
    clock,
    log: createLog("portal", "silent"),
  };
  const verify = tokenVerifier({ issuer: identity.issuer, audience: audienceOf(cellDb.cell, "portal"), cell: cellDb.cell });
  made.app = portalApp(portal, { database, verify, readiness: () => "ok" });
  return {
    url: server.url,
    identity,
    clock,
    heard,
    close: async () => {
      await Promise.all([server.close(), services.close(), identity.close()]);
    },
  };
}
