/** What the pages load besides themselves: one stylesheet, named by its hash so that it may be kept for ever, and the mark. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export type Assets = { stylesheetPath: string; stylesheet: string; mark: string };

const folder = join(import.meta.dirname, "..", "assets");

export function readAssets(): Assets {
  const sheets = readdirSync(folder)
    .filter((name) => name.endsWith(".css"))
    .toSorted();
  const stylesheet = sheets.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const hash = createHash("sha256").update(stylesheet).digest("base64url").slice(0, 16);
  return { stylesheetPath: `/assets/portal-${hash}.css`, stylesheet, mark: readFileSync(join(folder, "mark.svg"), "utf8") };
}
