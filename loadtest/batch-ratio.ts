/**
 * How much cheaper a check is in a batch: questions about different people, one by one and many a request, in turn, over real HTTP against the
 * cell uk of the running local stack, which has most people once the real file is imported. Absolute figures are the machine's; the ratios are
 * what to compare. `pnpm bench`, while `pnpm start` runs.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import postgres from "postgres";

type Stack = {
  cells: { uk: { consent: string; issuer: string } };
  clients: { marketing: { id: string; secret: string } };
  databases: { uk: string };
};

const rounds = 5;
const sizes = [1, 100, 1_000, 10_000] as const;
const requestsOf = (size: number): number => Math.max(3, Math.min(200, Math.floor(2_000 / size)));

const folder = process.env["BEHEST_LOCAL"] ?? join(resolve(import.meta.dirname, ".."), ".local");
const stack: Stack = JSON.parse(readFileSync(join(folder, "stack.json"), "utf8"));
const { consent, issuer } = stack.cells.uk;
const people = await everybody();
const token = await accessToken();

const seconds = new Map<number, number[]>(sizes.map((size) => [size, []]));
for (const size of sizes) await timed(size); // warm
for (let round = 0; round < rounds; round += 1) for (const size of sizes) seconds.get(size)?.push(await timed(size));

const single = median(seconds.get(1) ?? []);
process.stdout.write("checks a request   ms a request   checks/s   of single checks\n");
for (const size of sizes) {
  const each = median(seconds.get(size) ?? []);
  const columns = [
    String(size).padStart(16),
    (each * 1_000).toFixed(1).padStart(14),
    Math.round(size / each)
      .toLocaleString("en")
      .padStart(10),
    `${((size / each) * single).toFixed(1)} ×`.padStart(18),
  ];
  process.stdout.write(`${columns.join(" ")}\n`);
}

/** Seconds a request, one after the other. */
async function timed(size: number): Promise<number> {
  const body = JSON.stringify({
    checks: Array.from({ length: size }, (_, index) => ({
      subject: people[index % people.length],
      purpose: "marketing-email",
      channel: "email",
      usedIn: "GB",
    })),
  });
  const requests = requestsOf(size);
  const begun = performance.now();
  for (let index = 0; index < requests; index += 1) {
    const response = await fetch(`${consent}/v1/checks`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body,
    });
    if (response.status !== 200) throw new Error(`consent answered ${response.status}`);
    await response.arrayBuffer();
  }
  return (performance.now() - begun) / 1_000 / requests;
}

/** Ids of all who are enrolled in the cell, in a fixed order. */
async function everybody(): Promise<string[]> {
  const sql = postgres(stack.databases.uk, { max: 1 });
  const rows = await sql<{ id: string }[]>`select id from records.subject order by id`;
  await sql.end();
  if (rows.length === 0) throw new Error("nobody is enrolled in uk yet");
  process.stdout.write(`${rows.length.toLocaleString("en")} people\n`);
  return rows.map(({ id }) => id);
}

async function accessToken(): Promise<string> {
  const { id, secret } = stack.clients.marketing;
  const response = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ grant_type: "client_credentials", resource: "urn:behest:uk:consent", scope: "consent:check" }),
  });
  const answer: { access_token?: string } = JSON.parse(await response.text());
  if (answer.access_token === undefined) throw new Error(`the issuer answered ${response.status}`);
  return answer.access_token;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
