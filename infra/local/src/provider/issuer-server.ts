/** One issuer listening: its sign-in pages, and the provider's own endpoints for the rest. */
import { type Server, type ServerResponse, createServer } from "node:http";
import { html } from "hono/html";
import { page, pageHeaders } from "../page.ts";
import { type CellProviderOptions, cellProvider } from "./cell-provider.ts";
import { signInHandler } from "./sign-in.ts";

/** Resolves when it listens on the loopback interface. */
export async function startIssuer(options: CellProviderOptions): Promise<Server> {
  const provider = cellProvider(options);
  const { origin } = new URL(options.portalUrl);
  const signIn = signInHandler({ cell: options.cell, provider, peopleFile: options.peopleFile, formTargets: [origin] });
  const provide = provider.callback();
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (path === "/readyz" || path === "/healthz") return answerHealth(response, options.cell);
    if (path.startsWith("/signed-in/")) return answerSignedIn(response);
    const answer = path.startsWith("/sign-in/") ? signIn(request, response) : provide(request, response);
    answer.catch((error: unknown) => fail(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(new URL(options.issuer).port), "127.0.0.1", resolve);
  });
  return server;
}

function answerHealth(response: ServerResponse, cell: string): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ status: "ok", cell, service: "issuer" }));
}

/** Where the desks' clients, which have no page of their own here, come back to. */
function answerSignedIn(response: ServerResponse): void {
  const body = html`<section class="card">
    <h1>Signed in</h1>
    <p>The code is in the address of this page. You can close it.</p>
  </section>`;
  response.writeHead(200, pageHeaders()).end(page({ language: "en", title: "Signed in", narrow: true, body }));
}

function fail(response: ServerResponse, error: unknown): void {
  process.stderr.write(
    `${JSON.stringify({ msg: "sign-in fault", error: error instanceof Error ? `${error.name}: ${error.message}` : "unknown" })}\n`,
  );
  if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
  response.end("A fault on our side");
}
