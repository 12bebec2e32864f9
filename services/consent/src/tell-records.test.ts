import { createLog } from "@behest/runtime/log";
import { listen } from "@behest/runtime/testing/listen";
import { expect, test } from "vitest";
import { tellRecords } from "./tell-records.ts";

test.each([301, 302, 307, 308])(
  "CONSENT-16 a redirect of %s is no answer: the token goes nowhere else, and the message is told again",
  async (status) => {
    const seen: string[] = [];
    const elsewhere = await listen((request, response) => {
      seen.push(request.headers.authorization ?? "");
      response.writeHead(202).end();
    });
    const records = await listen((_request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/v1/decision-notices` }).end();
    });
    const tell = tellRecords({ cell: "eu", url: records.url, tokenFor: async () => "secret", log: createLog("consent", "silent") });
    const row = { id: "0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001", topic: "decision", key: "eu", payload: {} };
    await expect(tell(row)).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toEqual([]);
    await Promise.all([records.close(), elsewhere.close()]);
  },
);
