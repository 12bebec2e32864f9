/** All that one cell's consent service works with: what every operation is given beside its transaction. */
import type { Cell } from "@behest/contracts/ids";
import type { PolicySet } from "@behest/policies/compile";
import type { Clock } from "@behest/runtime/clock";
import type { Ledger } from "./ledger.ts";
import type { ReceiptSigner } from "./receipt-signer.ts";

export type ConsentCell = {
  cell: Cell;
  clock: Clock;
  policies: PolicySet;
  ledger: Ledger;
  receipts: ReceiptSigner;
  /** Base URL of the cell's portal, where people withdraw and unsubscribe. */
  portalUrl: string;
};
