import { getHealth, getReadiness } from "@behest/contracts/health";
import { conformance } from "./conformance.ts";
import { createExample, exampleRoutes } from "./example-service.ts";

// The proof itself is proved on a small service; what a service's own test looks like is seen here too.
conformance({
  service: "consent",
  routes: [getHealth, getReadiness, ...exampleRoutes],
  start: async ({ cellDb, issuer }) => ({ app: await createExample(cellDb, issuer) }),
});
