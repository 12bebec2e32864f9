import { audienceOf } from "@behest/contracts/ids";
import { expect } from "vitest";
import { startTelemetry } from "./telemetry-start.ts";
import { createExample } from "./testing/example-service.ts";
import { dbTest } from "./testing/database.ts";
import { listen } from "./testing/listen.ts";
import { startTestIssuer } from "./testing/tokens.ts";

const subject = `eu_${"0".repeat(31)}1`;

dbTest(
  "TELEMETRY-4: a real request leaves a span of its route and one of its transaction, and neither says whose data it was",
  async ({ cellDb }) => {
    const bodies: string[] = [];
    const sink = await listen((request, response) => {
      request.setEncoding("utf8").on("data", (part: string) => bodies.push(part));
      request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
    });
    const telemetry = await startTelemetry({ service: "consent", endpoint: sink.url });
    const issuer = await startTestIssuer("eu");
    const app = await createExample(cellDb, issuer.issuer);
    const server = await listen(app.listener);
    const token = await issuer.token({ audience: audienceOf("eu", "consent"), clientId: "records", scope: "consent:stop" });
    const call = async (query: string) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const response = await fetch(`${server.url}/v1/subjects/${subject}/tally${query}`, {
        method: "POST",
        headers,
        body: '{"note":"Mustermann","amount":1}',
      });
      return response.status;
    };
    expect(await call("?q=Mustermann")).toBe(400); // no part of the contract
    expect(await call("")).toBe(201);
    await server.close();
    await telemetry.stop();
    await Promise.all([sink.close(), issuer.close()]);

    const sent = bodies.join("");
    for (const part of [
      '"addTally"',
      '"transaction"',
      '"/v1/subjects/{subject}/tally"',
      '"intValue":201',
      '"intValue":400',
      '"malformed"',
      '"postgresql"',
    ])
      expect(sent).toContain(part);
    for (const hidden of ["Mustermann", subject, "insert into", token]) expect(sent).not.toContain(hidden);
  },
);
