import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPolicies } from "@behest/policies/load";
import { createLog } from "@behest/runtime/log";
import { systemClock } from "@behest/runtime/clock";
import { conformance } from "@behest/runtime/testing/conformance";
import { startCell } from "./start-cell.ts";
import { testEnv } from "./testing/consent-service.ts";

const policies = loadPolicies();

conformance({
  service: "consent",
  start: async ({ cellDb, issuer }) => {
    const directory = await mkdtemp(join(tmpdir(), "behest-consent-"));
    const started = await startCell({
      env: testEnv(cellDb, issuer, directory),
      policies,
      clock: systemClock,
      log: createLog("consent", "silent"),
      draining: () => false,
    });
    await started.ready;
    return {
      app: started.app,
      stop: async () => {
        await started.stop();
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
});
