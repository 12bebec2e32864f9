import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writePrivateJson } from "./local-files.ts";
import { hashPassword, passwordMatches } from "./passwords.ts";
import { ensurePeople } from "./people.ts";
import { ensureSecrets } from "./secrets.ts";

// Real processes and password hashes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "behest-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("LOCAL-10 secrets are made once, readable by their owner alone, and differ in every copy and cell", async () => {
  const first = await ensureSecrets(join(folder, "one.json"));
  expect(await ensureSecrets(join(folder, "one.json"))).toEqual(first);
  expect(statSync(join(folder, "one.json")).mode & 0o777).toBe(0o600);
  const second = await ensureSecrets(join(folder, "two.json"));
  expect(second.demoPassword).not.toBe(first.demoPassword);
  expect(first.cells.eu.stopLogKey).not.toBe(first.cells.uk.stopLogKey);
  expect(first.cells.eu.issuerKey.kid).not.toBe(second.cells.eu.issuerKey.kid);
});

test("LOCAL-10 a damaged secrets file stops the start and is not overwritten", async () => {
  const file = join(folder, "secrets.json");
  writeFileSync(file, '{"demoPassword":');
  await expect(ensureSecrets(file)).rejects.toThrow("is not as start writes it");
});

test("LOCAL-10 passwords are kept as salted hashes, and accounts keep their ids", async () => {
  const [one, two] = await Promise.all([hashPassword("demo"), hashPassword("demo")]);
  expect(one).not.toBe(two);
  expect(await passwordMatches("demo", one)).toBe(true);
  expect(await passwordMatches("Demo", one)).toBe(false);
  const file = join(folder, "people.json");
  const people = await ensurePeople(file, "demo");
  expect(await ensurePeople(file, "demo")).toEqual(people);
  // A hash of another cost is made anew; the account stays the same.
  writePrivateJson(file, { people: people.map((person) => ({ ...person, passwordHash: "scrypt$salt$key" })) });
  const again = await ensurePeople(file, "demo");
  expect(again.map(({ id }) => id)).toEqual(people.map(({ id }) => id));
  expect(await passwordMatches("demo", again[0]?.passwordHash ?? "")).toBe(true);
  expect(JSON.stringify(people)).not.toContain('"demo"');
});
