/** The last mails that came in: in memory to look at, and each as a file for a mail program. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime, { type Address } from "postal-mime";

export type Message = {
  id: string;
  receivedAt: string;
  /** Who the SMTP envelope names, which is what was delivered to. */
  envelope: { from: string; to: string[] };
  subject: string;
  from: string;
  to: string[];
  headers: Array<{ name: string; value: string }>;
  text: string;
  html: string | null;
};

export type Messages = {
  add(raw: Buffer, envelope: Message["envelope"]): Promise<Message>;
  /** Newest first. */
  list(): Message[];
  find(id: string): Message | undefined;
  clear(): void;
};

export function keepMessages(options: { folder: string; messagesMax: number; now: () => Date }): Messages {
  mkdirSync(options.folder, { recursive: true });
  const messages: Message[] = [];
  let counter = 0;
  const fileOf = (id: string): string => join(options.folder, `${id}.eml`);
  const drop = (message: Message): void => rmSync(fileOf(message.id), { force: true });
  return {
    add: async (raw, envelope) => {
      const receivedAt = options.now().toISOString();
      counter += 1;
      const id = `${receivedAt.replace(/\D/g, "")}-${String(counter).padStart(4, "0")}`;
      const message = { id, receivedAt, envelope, ...(await parse(raw)) };
      writeFileSync(fileOf(id), raw, { mode: 0o600 });
      messages.unshift(message);
      for (const old of messages.splice(options.messagesMax)) drop(old);
      return message;
    },
    list: () => [...messages],
    find: (id) => messages.find((message) => message.id === id),
    clear: () => {
      for (const message of messages.splice(0)) drop(message);
    },
  };
}

async function parse(raw: Buffer): Promise<Omit<Message, "id" | "receivedAt" | "envelope">> {
  const mail = await PostalMime.parse(raw);
  return {
    subject: mail.subject ?? "",
    from: addressText(mail.from),
    to: (mail.to ?? []).map(addressText),
    headers: mail.headers.map(({ key, value }) => ({ name: key, value })),
    text: mail.text ?? "",
    html: mail.html ?? null,
  };
}

function addressText(address: Address | undefined): string {
  if (address?.address === undefined) return address?.name ?? "";
  return address.name === undefined || address.name === "" ? address.address : `${address.name} <${address.address}>`;
}
