/** What each service process is told. Nothing of the caller's own environment reaches it but what is listed here. */
import { join } from "node:path";
import { type Cell, type ServiceName, cells, serviceNames } from "@behest/contracts/ids";
import type { Addresses } from "./addresses.ts";
import { type OwnerUrls, serviceUrl } from "./databases.ts";
import type { LocalFiles } from "./local-files.ts";
import type { Secrets } from "./secrets.ts";

type Context = { addresses: Addresses; files: LocalFiles; secrets: Secrets; ownerUrls: OwnerUrls };

const passedOn =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SystemRoot|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|OTEL_.*|LOG_LEVEL|POLICIES_DIR)$/;

export function plainEnv(source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(source).filter(([name]) => passedOn.test(name)));
}

export function serviceEnv(service: ServiceName, context: Context, source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...plainEnv(source),
    BEHEST_MODE: "local",
    BEHEST_CELLS: cells.join(","),
    ...Object.assign({}, ...cells.map((cell) => cellEnv(service, cell, context))),
  };
}

function cellEnv(service: ServiceName, cell: Cell, { addresses, files, secrets, ownerUrls }: Context): Record<string, string> {
  const own = secrets.cells[cell];
  const folder = join(files.cells, cell);
  const values: Record<string, string> = {
    PORT: String(addresses.port(service, cell)),
    DATABASE_URL: serviceUrl(ownerUrls[cell], cell, service, secrets),
    ISSUER: addresses.url("issuer", cell),
    CLIENT_ID: service,
    CLIENT_SECRET: secrets.clients[service] ?? "",
    CHECKPOINT_DIR: join(folder, "checkpoints", service),
    CHECKPOINT_KEY: JSON.stringify(own.services[service].checkpointKey),
    ...ofService(service, cell, folder, own, addresses),
  };
  for (const other of serviceNames) values[`${other.toUpperCase()}_URL`] = addresses.url(other, cell);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${name}_${cell.toUpperCase()}`, value]));
}

/** Keys that one service alone needs are given to it alone. */
function ofService(
  service: ServiceName,
  cell: Cell,
  folder: string,
  own: Secrets["cells"][Cell],
  addresses: Addresses,
): Record<string, string> {
  const table: Record<ServiceName, Record<string, string>> = {
    consent: {
      STOP_LOG_DIR: join(folder, "stop-log"),
      STOP_LOG_KEY: own.stopLogKey,
      RECEIPT_KEY: JSON.stringify(own.receiptKey),
      COMMITMENT_KEY: own.commitmentKey,
    },
    records: { SMTP_URL: addresses.smtpUrl, MAIL_FROM: `Behest ${cell.toUpperCase()} <privacy.${cell}@example.com>` },
    crm: {},
    portal: { SESSION_KEY: own.sessionKey },
  };
  return table[service];
}
