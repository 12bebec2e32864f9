/** The checks that are commands of their own. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export type CheckResult = { name: string; passed: boolean; output: string; ms: number };
/** `tool`: a program of node_modules/.bin, or none for a script of ours. */
type CommandCheck = { name: string; tool?: string; args: readonly string[] };

export const commandChecks: readonly CommandCheck[] = [
  // The longest first, so that the others run beside it.
  { name: "policy mutants", args: ["policies/src/cli.ts", "mutate"] },
  { name: "lint", tool: "oxlint", args: ["--deny-warnings"] },
  { name: "types", tool: "tsc", args: ["-p", "."] },
  { name: "unused code", tool: "knip", args: ["--no-progress"] },
  { name: "format", tool: "oxfmt", args: ["--check"] },
  { name: "policy files", args: ["policies/src/cli.ts", "load"] },
  { name: "policy cases", args: ["policies/src/cli.ts", "cases"] },
  { name: "policy schemas", args: ["policies/src/cli.ts", "schemas", "--check"] },
  { name: "OpenAPI drift", args: ["contracts/src/openapi-cli.ts", "--check"] },
];

/** Never rejects: a tool that can't be started is a failed check. */
export function runCommand(root: string, { name, tool, args }: CommandCheck): Promise<CheckResult> {
  const begun = performance.now();
  const output: Buffer[] = [];
  const command = tool === undefined ? process.execPath : join(root, "node_modules/.bin", tool);
  return new Promise((resolve) => {
    const done = (passed: boolean): void =>
      resolve({ name, passed, output: Buffer.concat(output).toString("utf8"), ms: performance.now() - begun });
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (part: Buffer) => output.push(part));
    child.stderr.on("data", (part: Buffer) => output.push(part));
    child.once("error", (error) => {
      output.push(Buffer.from(error.message));
      done(false);
    });
    child.once("close", (code) => done(code === 0));
  });
}
