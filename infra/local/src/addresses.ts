/** Where everything of the local stack listens: one base port and fixed offsets, on the loopback interface only. */
import { type Cell, type ServiceName, cells } from "@behest/contracts/ids";

export type Listener = "issuer" | ServiceName;
export const portBaseDefault = 4100;
/** Ports from the base on that the stack may use. */
export const portSpan = 100;

const offsets: Record<Listener, number> = { issuer: 0, consent: 10, records: 20, crm: 30, portal: 40 };

export type Addresses = {
  port(listener: Listener, cell: Cell): number;
  url(listener: Listener, cell: Cell): string;
  mailboxPort: number;
  mailboxUrl: string;
  smtpPort: number;
  smtpUrl: string;
  postgresPort: number;
};

export function addressesOf(portBase: number): Addresses {
  const port = (listener: Listener, cell: Cell): number => portBase + offsets[listener] + cells.indexOf(cell);
  return {
    port,
    url: (listener, cell) => `http://127.0.0.1:${port(listener, cell)}`,
    mailboxPort: portBase + 90,
    mailboxUrl: `http://127.0.0.1:${portBase + 90}`,
    smtpPort: portBase + 91,
    smtpUrl: `smtp://127.0.0.1:${portBase + 91}`,
    postgresPort: portBase + 99,
  };
}

/** Every port of the stack with the words that name it in a message. */
export function listPorts(addresses: Addresses): Array<{ port: number; what: string }> {
  const listeners: Listener[] = ["issuer", "consent", "records", "crm", "portal"];
  return [
    ...listeners.flatMap((listener) => cells.map((cell) => ({ port: addresses.port(listener, cell), what: `${listener} ${cell}` }))),
    { port: addresses.mailboxPort, what: "mailbox page" },
    { port: addresses.smtpPort, what: "mailbox SMTP" },
  ];
}
