/** A real Chromium for tests: the one that CHROMIUM names, the system's, or the one unpacked from a package. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

export async function openBrowser(): Promise<Browser> {
  const { executablePath, args } = await findChromium();
  // Chromium refuses its sandbox to root, and containers give tests a /dev/shm too small for it.
  return chromium.launch({ executablePath, args: [...args, "--no-sandbox", "--disable-dev-shm-usage"], headless: true });
}

async function findChromium(): Promise<{ executablePath: string; args: string[] }> {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return { executablePath: named, args: [] };
  if (existsSync("/usr/bin/chromium")) return { executablePath: "/usr/bin/chromium", args: [] };
  const { default: packed } = await import("@sparticuz/chromium");
  return { executablePath: await packed.executablePath(), args: packed.args };
}
