/** Takes every mail that is sent to it, from this machine, and delivers it to nobody. */
import { SMTPServer } from "smtp-server";
import type { Messages } from "./messages.ts";

const mailBytesMax = 5_000_000;

/** Resolves when it listens on the loopback interface. */
export async function listenForMail(port: number, messages: Messages): Promise<SMTPServer> {
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    size: mailBytesMax,
    disableReverseLookup: true,
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      stream.on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes <= mailBytesMax) parts.push(part);
      });
      stream.once("end", () => {
        if (stream.sizeExceeded) return done(new Error("the mail is too large"));
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map((recipient) => recipient.address) };
        messages.add(Buffer.concat(parts), envelope).then(
          () => done(),
          () => done(new Error("the mail could not be read")),
        );
      });
    },
  });
  // A client that hangs up is no fault of ours; one that can't be listened to is (below).
  server.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}
