/** What a caller configures: where each cell is, who the caller is, and how long it is willing to wait. */
import type { Cell, ServiceName } from "@behest/contracts/ids";

/** Base URLs of one cell, without a path: `https://consent.eu.example.com`. Leave out what you don't call. */
export type CellUrls = { consent?: string; records?: string; crm?: string };

export type TokenRequest = { cell: Cell; service: ServiceName; audience: string };
export type Credentials =
  /** Client credentials at each cell's issuer; tokens are cached until shortly before they end. */
  | { clientId: string; clientSecret: string; issuers: Partial<Record<Cell, string>> }
  /** Your own tokens, for instance a signed-in person's. Called before every attempt: cache on your side. */
  | { token: (request: TokenRequest) => Promise<string> };

export type BehestOptions = {
  cells: Partial<Record<Cell, CellUrls>>;
  credentials: Credentials;
  /** Bound of one call with all its attempts. Default 3000. */
  timeoutMs?: number;
  /** Bound of one attempt. Default 1500. */
  attemptTimeoutMs?: number;
  /** Attempts after the first, only of calls that may be repeated. Default 2. */
  retriesMax?: number;
};
