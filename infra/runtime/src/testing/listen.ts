/** A real HTTP server on a free port, for the time of a test. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export type Listening = { url: string; close: () => Promise<void> };

export function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Listening> {
  // On a machine under load a test can stand still for longer than the usual 5 s, and its client would meet a connection that was just closed.
  const server = createServer({ keepAliveTimeout: 120_000 }, handler);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address !== "object" || !address) return reject(new Error("no port"));
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${address.port}`, close });
    });
  });
}
