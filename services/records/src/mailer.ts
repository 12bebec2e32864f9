/** Sends mail by SMTP. Of what goes wrong only codes are told: a mail server's answers quote addresses. */
import { createTransport } from "nodemailer";
import { z } from "zod";
import type { MailFrom } from "./environment.ts";

export type Mail = {
  /** Names the mail for good: sent again after a crash it has the same Message-ID, by which a mailbox may know it. */
  id: string;
  to: string;
  locale: string;
  subject: string;
  text: string;
};
export type Mailer = {
  /** `refused`: the server will not take this mail, now or later. Throws MailFault when it may take it another time. */
  send(mail: Mail): Promise<"sent" | "refused">;
};
/** `demandTls`: no mail goes out over a connection that is not encrypted. */
export type MailerOptions = { url: string; from: MailFrom; demandTls: boolean };

/** `code`: of the client or of the system, such as ECONNREFUSED, and the server's reply code if it gave one. */
export class MailFault extends Error {
  readonly code: string;

  constructor(code: string) {
    super("the mail server did not take the mail");
    this.name = "MailFault";
    this.code = code;
  }
}

const waits = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 20_000, dnsTimeout: 5_000 };

export function openMailer({ url, from, demandTls }: MailerOptions): Mailer {
  const transport = createTransport({ url, requireTLS: demandTls, disableFileAccess: true, disableUrlAccess: true, ...waits });
  return {
    async send({ id, to, locale, subject, text }) {
      try {
        await transport.sendMail({
          from,
          to: { name: "", address: to },
          messageId: `<${id}@${from.address.split("@").at(-1) ?? ""}>`,
          subject,
          text,
          // RFC 3834: no out-of-office note answers a program.
          headers: { "Auto-Submitted": "auto-generated", "Content-Language": locale },
        });
        return "sent";
      } catch (fault) {
        const { code, originalCode, responseCode, command } = Fault.parse(fault);
        // A 5yz to the recipient or the text is final (RFC 5321 § 4.2.1); one to us, our sender or our password is for an operator to mend.
        if ((responseCode ?? 0) >= 500 && (command === "RCPT TO" || command === "DATA")) return "refused";
        throw new MailFault([originalCode ?? code ?? "unknown", responseCode].filter((part) => part !== undefined).join(" "));
      }
    },
  };
}

const Fault = z
  .object({
    code: z.string().optional(),
    originalCode: z.string().optional(),
    responseCode: z.number().optional(),
    command: z.string().optional(),
  })
  .catch({});
