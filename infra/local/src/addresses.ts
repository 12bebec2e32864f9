/** Where everything of the local stack listens: one base port and fixed offsets, on the loopback interface only. */
import { type Cell, type ServiceName, cells } from "@behest/contracts/ids";

export type Listener = "issuer" | ServiceName;
export const portBaseDefault = 4300;
/** Ports above 1023 that browsers and Node's fetch refuse to open (WHATWG Fetch, "bad port"): a page there could never be reached. */
const unreachablePorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);
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

/** Ports that would answer nobody, with their names. SMTP is no page. */
export const unreachableOf = (addresses: Addresses): Array<{ port: number; what: string }> =>
  listPorts(addresses).filter(({ port }) => unreachablePorts.has(port) && port !== addresses.smtpPort);
