/** Visits to a real portal, closed after each test: as a guest, and signed in. */
import type { CellDb } from "@behest/runtime/testing/database";
import { afterEach } from "vitest";
import { cellReplies } from "./cell-replies.ts";
import type { Account } from "./identity-server.ts";
import { startPortalServer, type PortalServer, type Reply } from "./portal-server.ts";
import { visitorOf, type Visitor } from "./visitor.ts";

export const sessionCookie = "behest-eu-session";
export const anna = {
  sub: "account-anna",
  name: "Anna Schmidt",
  email: "anna.schmidt@example.com",
  subject_id: "eu_0197c3a5d0e17cc29f3a52c1b0f0a001",
};
export const sofia = { sub: "account-sofia", name: "Sofia Agent", email: "sofia.agent@example.com", roles: ["support-agent"] };
export const minuteMs = 60_000;

export type Visit = { portal: PortalServer; visitor: Visitor };

const running: PortalServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

export async function portalWith(cellDb: CellDb, account: Account = anna, reply: Reply = cellReplies): Promise<Visit> {
  const portal = await startPortalServer(cellDb, account, reply);
  running.push(portal);
  return { portal, visitor: visitorOf(portal.url) };
}

/** `csrf`: the form token of this session, as its pages show it. */
export async function signedIn(cellDb: CellDb): Promise<Visit & { csrf: string }> {
  const both = await portalWith(cellDb);
  await both.visitor.follow("/sign-in");
  const page = await (await both.visitor.get("/choices")).text();
  const csrf = /name="csrf"\s+value="([^"]+)"/.exec(page)?.[1];
  if (csrf === undefined) throw new Error("nobody is signed in");
  return { ...both, csrf };
}

export const isSignedOut = (response: Response): boolean =>
  response.status === 303 && (response.headers.get("location") ?? "").startsWith("/sign-in");
