import { audienceOf } from "@behest/contracts/ids";
import { tokenVerifier } from "@behest/runtime/actor";
import { systemClock } from "@behest/runtime/clock";
import { createLog } from "@behest/runtime/log";
import { conformance } from "@behest/runtime/testing/conformance";
import { createCrmApp } from "./app.ts";

conformance({
  service: "crm",
  start: async ({ cellDb, issuer }) => ({
    app: createCrmApp({
      cell: "eu",
      database: cellDb.open("crm"),
      log: createLog("crm", "silent"),
      clock: systemClock,
      readiness: () => "ok",
      verify: tokenVerifier({ issuer, audience: audienceOf("eu", "crm"), cell: "eu" }),
    }),
  }),
});
