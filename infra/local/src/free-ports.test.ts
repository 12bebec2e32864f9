import { createServer } from "node:net";
import { expect, test } from "vitest";
import { addressesOf } from "./addresses.ts";
import { demandFreePorts } from "./free-ports.ts";
import { freePort } from "@behest/runtime/testing/free-port";

test("LOCAL-1 a busy port is named with what wanted it and what to do", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const addresses = { ...addressesOf(20_000), smtpPort: port };
  await expect(demandFreePorts(addresses, [])).rejects.toThrow(new RegExp(`port ${port} \\(mailbox SMTP\\) is in use.*BEHEST_PORT_BASE`));
  await new Promise((resolve) => other.close(resolve));
});
