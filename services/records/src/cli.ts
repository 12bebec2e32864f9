/** `node services/records/src/cli.ts staff <file.yaml>`: load the staff directory into every cell that has a DATABASE_URL_<CELL>. */
import { readFileSync } from "node:fs";
import { cells } from "@behest/contracts/ids";
import { openDatabase } from "@behest/runtime/database";
import { parse } from "yaml";
import { replaceDirectory, StaffFile } from "./staff-directory.ts";

const [command, file] = process.argv.slice(2);
if (command !== "staff" || file === undefined) stop("usage: node services/records/src/cli.ts staff <file.yaml>");
const parsed = StaffFile.safeParse(parse(readFileSync(file, "utf8")));
if (!parsed.success) stop(parsed.error.issues.map(({ path, message }) => `${file}: ${path.join(".")}: ${message}`).join("\n"));
const urls = cells.flatMap((cell) => {
  const url = process.env[`DATABASE_URL_${cell.toUpperCase()}`];
  return url === undefined || url === "" ? [] : [{ cell, url }];
});
if (urls.length === 0) stop("no DATABASE_URL_<CELL> is set");
for (const { cell, url } of urls) {
  const database = openDatabase({ url, service: "records", poolMax: 1 });
  await database.transact((tx) => replaceDirectory(tx, parsed.data.staff));
  await database.close();
  process.stdout.write(`${cell}: ${parsed.data.staff.length} members of staff\n`);
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
