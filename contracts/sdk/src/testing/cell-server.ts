/** A real HTTP server that stands where a cell would: an issuer and the routes that a test gives it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export type Seen = { method: string; path: string; headers: IncomingMessage["headers"]; body: string };
export type Answer = { status: number; body?: unknown; headers?: Record<string, string>; hang?: boolean };
export type CellServer = { url: string; seen: Seen[]; tokenRequests: Seen[]; close(): Promise<void> };

export async function startCellServer(answer: (request: Seen, nth: number) => Answer): Promise<CellServer> {
  const seen: Seen[] = [];
  const tokenRequests: Seen[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const one: Seen = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
      if (one.path === "/.well-known/openid-configuration")
        return send(response, { status: 200, body: { issuer: url, token_endpoint: `${url}/token` } });
      if (one.path === "/token") {
        tokenRequests.push(one);
        return send(response, {
          status: 200,
          body: { access_token: `token-${tokenRequests.length}`, expires_in: 600, token_type: "Bearer" },
        });
      }
      seen.push(one);
      return send(response, answer(one, seen.length));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    seen,
    tokenRequests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer.hang === true) return;
  response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
  response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
