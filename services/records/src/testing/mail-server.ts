/** A real mail server for a test: what it took in, and what it answers to whom. */
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

export type ReceivedMail = { to: string; subject: string; text: string; messageId: string; headers: ReadonlyMap<string, string> };
export type MailServer = {
  url: string;
  /** In the order of arrival. */
  mails: readonly ReceivedMail[];
  /** Reply codes for recipients that it won't take, such as 550; by address. */
  refusals: Map<string, number>;
  close(): Promise<void>;
};

/** `port` 0: any. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const refusals = new Map<string, number>();
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    onRcptTo({ address }, _session, done) {
      const code = refusals.get(address);
      done(code === undefined ? undefined : Object.assign(new Error(`not for <${address}>`), { responseCode: code }));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.once("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(", ");
        received(to, Buffer.concat(parts)).then(
          (mail) => (mails.push(mail), done()),
          () => done(new Error("unreadable")),
        );
      });
    },
  });
  server.on("error", () => {}); // a client that hangs up
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  const address = server.server.address();
  const listening = typeof address === "object" && address ? address.port : port;
  return {
    url: `smtp://127.0.0.1:${listening}`,
    mails,
    refusals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function received(to: string, raw: Buffer): Promise<ReceivedMail> {
  const mail = await PostalMime.parse(raw);
  const headers = new Map(mail.headers.map(({ key, value }) => [key, value]));
  return { to, subject: mail.subject ?? "", text: (mail.text ?? "").trim(), messageId: mail.messageId ?? "", headers };
}
