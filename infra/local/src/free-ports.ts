/** Are the ports free? Asked before anything starts, so that the answer is one line and nothing is left running. */
import { createServer } from "node:net";
import { type Addresses, listPorts } from "./addresses.ts";
import { StartFailure } from "./start-failure.ts";

const namedMax = 3;

/** @throws StartFailure naming the ports that are taken, the first of them where there are many */
export async function demandFreePorts(addresses: Addresses, extra: ReadonlyArray<{ port: number; what: string }>): Promise<void> {
  const wanted = [...listPorts(addresses), ...extra];
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  const taken = wanted.filter((_port, index) => free[index] === false).map(({ port, what }) => `${port} (${what})`);
  if (taken.length === 0) return;
  const more = taken.length > namedMax ? ` and ${taken.length - namedMax} more` : "";
  const ports = taken.length === 1 ? `port ${taken.join("")} is` : `ports ${taken.slice(0, namedMax).join(", ")}${more} are`;
  throw new StartFailure(`${ports} in use by another program: stop it, or choose other ports, for example BEHEST_PORT_BASE=5100`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
