/** A signed-in person's own token for one service: the one at hand, or a new one from the refresh token. */
import { BehestError } from "@behest/sdk/error";
import type { Identity } from "./identity.ts";
import type { TokenService } from "./session-data.ts";
import type { Session, SessionStore } from "./session-store.ts";

/** Throws `BehestError` unauthenticated when the provider gives none any more: the person has to sign in again. */
export async function personToken(
  open: Session,
  service: TokenService,
  { identity, sessions, nowMs }: { identity: Identity; sessions: SessionStore; nowMs: () => number },
): Promise<string> {
  const held = open.data.tokens[service];
  if (held !== undefined && held.usableUntilMs > nowMs()) return held.token;
  if (open.data.refreshToken === null) throw new BehestError("unauthenticated");
  const fresh = await identity.tokenFor(service, open.data.refreshToken).catch((cause: unknown) => {
    throw new BehestError(refusedByProvider(cause) ? "unauthenticated" : "unavailable", {}, cause);
  });
  open.data.tokens = { ...open.data.tokens, [service]: fresh };
  await sessions.keep(open);
  return fresh.token;
}

const refusedByProvider = (cause: unknown): boolean => cause instanceof Error && "error" in cause && typeof cause.error === "string";
