/** Serves the example over HTTP to one rightful caller. Only for the runtime's own tests. */
import { audienceOf } from "@behest/contracts/ids";
import { ProblemDocument } from "@behest/contracts/problem";
import { expect } from "vitest";
import type { AppOptions } from "../http.ts";
import type { CellDb } from "./database.ts";
import { createExample, type ExampleHooks } from "./example-service.ts";
import { listen } from "./listen.ts";
import { startTestIssuer } from "./tokens.ts";

export const exampleSubject = `eu_${"0".repeat(31)}1`;
type Call = { method?: string; path?: string; body?: string; headers?: Record<string, string> };
/** What is not said is a right request to addTally. */
export type Caller = (request?: Call) => Promise<Response>;
export type Changed = ExampleHooks & Partial<AppOptions>;

export async function serveExample(
  cellDb: CellDb,
  work: (call: Caller, url: string, token: string) => Promise<void>,
  { onAdd, ...options }: Changed = {},
): Promise<void> {
  const issuer = await startTestIssuer("eu");
  const token = await issuer.token({ audience: audienceOf("eu", "consent"), clientId: "records", scope: "consent:stop" });
  const app = await createExample(cellDb, issuer.issuer, onAdd ? { onAdd } : {}, options);
  const server = await listen(app.listener);
  const call: Caller = ({
    method = "POST",
    path = `/v1/subjects/${exampleSubject}/tally`,
    body = '{"note":"a","amount":1}',
    headers = {},
  } = {}) =>
    fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(method === "POST" ? { "content-type": "application/json" } : {}), ...headers },
      ...(method === "POST" ? { body } : {}),
    });
  try {
    await work(call, server.url, token);
  } finally {
    await Promise.all([server.close(), issuer.close()]);
  }
}

/** The problem of an answer, which carries the request id of its header. */
export async function problemOf(response: Response): Promise<ProblemDocument> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const document = ProblemDocument.parse(await response.json());
  expect(document.requestId).toBe(response.headers.get("x-request-id"));
  return document;
}

export const talliesIn = async ({ sql }: CellDb): Promise<number> => (await sql`select 1 from consent.tally`).length;
