import { newSubjectId } from "@behest/runtime/id";
import { fixedClock } from "@behest/runtime/testing/clock";
import { listen } from "@behest/runtime/testing/listen";
import { expect, test } from "vitest";
import { consentClient } from "./consent-client.ts";

test.each([301, 302, 303, 307, 308])(
  "RECORDS-9 a redirect of %s is no answer of consent: 503, and the token goes nowhere else",
  async (status) => {
    const seen: string[] = [];
    const elsewhere = await listen((request, response) => {
      seen.push(request.headers.authorization ?? "");
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ states: [] }));
    });
    const consent = await listen((_request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/v1/states` }).end();
    });
    const client = consentClient({ cell: "eu", url: consent.url, tokenFor: async () => "secret" });
    const subject = newSubjectId("eu", fixedClock(new Date("2026-11-22T10:00:00Z")));
    await expect(client.stateOf(subject)).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toEqual([]);
    await Promise.all([consent.close(), elsewhere.close()]);
  },
);
