/** One cell's portal: what every page handler needs. */
import type { Cell } from "@behest/contracts/ids";
import type { PolicySet } from "@behest/policies/compile";
import type { ClientTokens } from "@behest/runtime/actor";
import type { Clock } from "@behest/runtime/clock";
import type { Log } from "@behest/runtime/log";
import type { CellUrls } from "@behest/sdk/options";
import type { Assets } from "./assets.ts";
import type { Identity } from "./identity.ts";
import type { Seal } from "./seal.ts";
import type { SessionStore } from "./session-store.ts";

export type Portal = {
  cell: Cell;
  /** Its own address as browsers see it, without a slash at the end. */
  url: string;
  issuer: string;
  services: Required<CellUrls>;
  policies: PolicySet;
  assets: Assets;
  sessions: SessionStore;
  seal: Seal;
  identity: Identity;
  /** The portal's own tokens: for unsubscribe links alone, where nobody is signed in. */
  ownTokens: ClientTokens;
  clock: Clock;
  log: Log;
};
