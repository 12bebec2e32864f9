import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { chainHash } from "./audit.ts";
import { genesisHash } from "./audit-hash.ts";

test("AUDIT-9: the hash of a known row stays what it is, so that chains written by older releases verify", () => {
  const content = {
    shard: 3,
    position: 1,
    at: new Date("2026-03-01T10:00:00Z"),
    note: null,
    body: { b: 1, a: "é" },
    salted: Buffer.from([1, 2]),
  };
  expect(chainHash(genesisHash, content).toString("hex")).toMatchInlineSnapshot(
    `"357b98f5a848664a266a6b0aaff03327a698cf2b6807fcfa7948b016aa68ae7c"`,
  );
});

const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }));
const row = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), value, { maxKeys: 4 });
const told = (content: Record<string, unknown>): string =>
  JSON.stringify(
    Object.entries(content)
      .filter(([, one]) => one !== null)
      .map(([name, one]) => [name, Array.isArray(one) ? one : String(one)])
      .toSorted((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1)),
  );

test.prop([row, row])("AUDIT-9: two rows share a hash only if they say the same", (one, other) => {
  const same = chainHash(genesisHash, one).equals(chainHash(genesisHash, other));
  expect(same).toBe(told(one) === told(other));
});

test.prop([row, fc.uint8Array({ minLength: 32, maxLength: 32 })])("AUDIT-9: the hash depends on the row before", (content, previous) => {
  expect(chainHash(previous, content).equals(chainHash(genesisHash, content))).toBe(genesisHash.equals(previous));
});
