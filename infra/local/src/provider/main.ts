/** The identity provider process: one issuer a cell, each on its own port with its own keys and accounts. */
import { cells } from "@behest/contracts/ids";
import { readHelperArguments } from "../helper-arguments.ts";
import { readSecrets } from "../secrets.ts";
import { serveUntilSignal } from "../serve-until-signal.ts";
import { startIssuer } from "./issuer-server.ts";

const { files, addresses } = readHelperArguments();
const secrets = readSecrets(files.secrets);
if (!secrets) throw new Error(`no ${files.secrets}: pnpm start makes it`);

const servers = await Promise.all(
  cells.map((cell) =>
    startIssuer({
      cell,
      issuer: addresses.url("issuer", cell),
      signingKey: secrets.cells[cell].issuerKey,
      cookieKey: secrets.cells[cell].issuerCookieKey,
      clientSecrets: secrets.clients,
      portalUrl: addresses.url("portal", cell),
      peopleFile: files.people,
    }),
  ),
);
serveUntilSignal(servers.map((server) => () => server.closeAllConnections()));
