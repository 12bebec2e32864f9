/**
 * Makes the package that other services install: JavaScript with types, zod its only dependency.
 * Node strips no types below node_modules, so what this client needs of the contracts is copied beside it, its imports made relative,
 * and compiled as one tree. (`rewriteRelativeImportExtensions` rewrites relative imports only, which by then all are.)
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";

const here = import.meta.dirname;
const contractsSource = join(here, "..", "src");
const Manifest = z.object({ version: z.string() });
const versionIn = (file: string): string => Manifest.parse(JSON.parse(readFileSync(file, "utf8"))).version;

/** Builds into `dist` and returns the folder of the package. `work` keeps parallel builds apart. */
export function buildPackage(dist = join(here, "dist"), work = join(here, ".build")): string {
  rmSync(work, { recursive: true, force: true });
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(work, "contracts"), { recursive: true });
  mkdirSync(dist, { recursive: true });
  try {
    copyTree(work);
    compile(work, dist);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  copyFileSync(join(here, "README.md"), join(dist, "README.md"));
  writeFileSync(join(dist, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  return dist;
}

function manifest(): Record<string, unknown> {
  return {
    name: "@behest/sdk",
    version: versionIn(join(here, "package.json")),
    description: "Ask Behest before each use of a person's data",
    license: "Apache-2.0",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    exports: { ".": { types: "./behest.d.ts", default: "./behest.js" } },
    dependencies: { zod: `^${versionIn(join(here, "node_modules", "zod", "package.json"))}` },
  };
}

function copyTree(work: string): void {
  const waiting = new Set<string>();
  for (const file of readdirSync(join(here, "src")).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))) {
    writeFileSync(join(work, file), importsMadeRelative(readFileSync(join(here, "src", file), "utf8"), "./contracts/", waiting));
  }
  for (const name of waiting) {
    writeFileSync(join(work, "contracts", name), importsMadeRelative(readFileSync(join(contractsSource, name), "utf8"), "./", waiting));
  }
  // The routes carry an OpenAPI side for the services; a caller needs the data alone, not the framework that documents it.
  writeFileSync(
    join(work, "contracts", "openapi-route.ts"),
    "export type RouteConfig = object;\nexport const createRoute = <T>(config: T): T => config;\n",
  );
}

/** Adds to `waiting` each file of the contracts that the source leans on. */
function importsMadeRelative(source: string, contracts: string, waiting: Set<string>): string {
  return source
    .replaceAll('"@hono/zod-openapi"', '"./openapi-route.ts"')
    .replaceAll(/from "@behest\/contracts\/([\w-]+)"/g, (_, name: string) => {
      waiting.add(`${name}.ts`);
      return `from "${contracts}${name}.ts"`;
    })
    .replaceAll(/from "\.\/([\w-]+\.ts)"/g, (all, name: string) => {
      if (contracts === "./") waiting.add(name === "openapi-route.ts" ? "ids.ts" : name);
      return all;
    });
}

function compile(work: string, dist: string): void {
  const settings = {
    extends: join(here, "..", "..", "tsconfig.base.json"),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      target: "es2023",
      rootDir: ".",
      outDir: dist,
    },
    files: ["behest.ts"],
  };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(settings));
  const compiler = join(dirname(createRequire(join(here, "..", "..", "package.json")).resolve("typescript/package.json")), "bin", "tsc");
  execFileSync(process.execPath, [compiler, "-p", work], { stdio: ["ignore", "inherit", "inherit"] });
}

if (import.meta.main) process.stdout.write(`${buildPackage()}\n`);
