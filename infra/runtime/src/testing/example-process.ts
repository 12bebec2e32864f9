/** A service process whose requests wait until the parent says so. Only for the tests of lifetime.ts. */
import { createLog } from "../log.ts";
import { runService } from "../lifetime.ts";
import { StartRefused } from "../start-refused.ts";

const log = createLog("consent", "info");
const waiting: Array<() => void> = [];
process.on("message", (message) => {
  if (message === "answer") for (const answer of waiting.splice(0)) answer();
  if (message === "reject") void Promise.reject(new Error("nobody waits for this"));
  if (message === "refuse") void Promise.reject(new StartRefused("the stop log is not mounted"));
});

await runService({
  service: "consent",
  log,
  start: async () => [
    {
      cell: "eu",
      host: "127.0.0.1",
      port: Number(process.argv[2] ?? 0),
      handler: (_request, response) => {
        waiting.push(() => response.end("done"));
        process.send?.("request came");
      },
      stop: async () => void process.send?.("stopped"),
    },
  ],
});
