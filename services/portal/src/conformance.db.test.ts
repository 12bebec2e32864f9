import { loadPolicies } from "@behest/policies/load";
import { systemClock } from "@behest/runtime/clock";
import { createLog } from "@behest/runtime/log";
import { conformance } from "@behest/runtime/testing/conformance";
import { startCell } from "./start-cell.ts";

const policies = loadPolicies();
const nowhere = "http://127.0.0.1:9";

conformance({
  service: "portal",
  start: async ({ cellDb, issuer }) =>
    startCell({
      env: {
        cell: "eu",
        port: 0,
        databaseUrl: cellDb.url("portal"),
        issuer,
        urls: { consent: nowhere, records: nowhere, crm: nowhere, portal: nowhere },
        clientId: "portal",
        clientSecret: "secret",
        extra: { SESSION_KEY: Buffer.alloc(32, 7) },
      },
      policies,
      clock: systemClock,
      log: createLog("portal", "silent"),
      draining: () => false,
    }),
});
