/** The two arguments by which start tells its identity provider and its mailbox where they are. */
import { parseArgs } from "node:util";
import { type Addresses, addressesOf } from "./addresses.ts";
import { type LocalFiles, localFilesOf } from "./local-files.ts";

export function readHelperArguments(): { files: LocalFiles; addresses: Addresses } {
  const { values } = parseArgs({ options: { folder: { type: "string" }, "port-base": { type: "string" } } });
  if (values.folder === undefined || values["port-base"] === undefined)
    throw new Error("needs --folder <.local> and --port-base <port>; pnpm start gives them");
  return { files: localFilesOf(values.folder), addresses: addressesOf(Number(values["port-base"])) };
}

export const helperArguments = (folder: string, portBase: number): string[] => ["--folder", folder, "--port-base", String(portBase)];
