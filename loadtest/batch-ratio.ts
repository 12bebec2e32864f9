/**
 * How much cheaper a check is in a batch: the same questions one by one and many a request, in turn, over real HTTP against the running local stack.
 * Absolute figures are the machine's; the ratios are what to compare. `pnpm bench`, while `pnpm start` runs.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

type Stack = {
  cells: { eu: { consent: string; issuer: string } };
  clients: { marketing: { id: string; secret: string } };
  people: { cell: string; subject: string | null }[];
};

const rounds = 5;
const sizes = [1, 100, 1_000, 10_000] as const;
const requestsOf = (size: number): number => Math.max(3, Math.min(200, Math.floor(2_000 / size)));

const folder = process.env["BEHEST_LOCAL"] ?? join(resolve(import.meta.dirname, ".."), ".local");
const stack: Stack = JSON.parse(readFileSync(join(folder, "stack.json"), "utf8"));
const { consent, issuer } = stack.cells.eu;
const subject = stack.people.find((person) => person.cell === "eu" && person.subject !== null)?.subject;
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
    checks: Array.from({ length: size }, () => ({ subject, purpose: "marketing-email", channel: "email", usedIn: "DE" })),
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

async function accessToken(): Promise<string> {
  const { id, secret } = stack.clients.marketing;
  const response = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ grant_type: "client_credentials", resource: "urn:behest:eu:consent", scope: "consent:check" }),
  });
  const answer: { access_token?: string } = JSON.parse(await response.text());
  if (answer.access_token === undefined) throw new Error(`the issuer answered ${response.status}`);
  return answer.access_token;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
