import { randomBytes } from "node:crypto";
import { channels } from "@behest/contracts/ids";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { commitTo, normalised } from "./commitment.ts";
import { joinFact, splitFact } from "./event-row.ts";
import type { Fact } from "./facts.ts";
import { newSubjectKey, open, seal } from "./sealed.ts";

const pepper = randomBytes(32);

describe("CONSENT-9 what says more about a person than a code is sealed under the person's own key", () => {
  test.prop([fc.jsonValue(), fc.string()])(
    "what was sealed opens with its key, its event and the cell's key, and with nothing else",
    (value, event) => {
      const key = newSubjectKey();
      const sealed = seal(pepper, key, event, value);
      expect(open(pepper, key, event, sealed)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(() => open(pepper, newSubjectKey(), event, sealed)).toThrow();
      expect(() => open(randomBytes(32), key, event, sealed)).toThrow();
      expect(() => open(pepper, key, `${event}x`, sealed)).toThrow();
    },
  );

  test.prop([fc.nat()])("one flipped byte of it no longer opens", (at) => {
    const key = newSubjectKey();
    const bytes = Buffer.from(seal(pepper, key, "event", { countries: ["DE"] }), "base64url");
    bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ 1, at % bytes.length);
    expect(() => open(pepper, key, "event", bytes.toString("base64url"))).toThrow();
  });

  test("a fact comes back from its two halves as it was; with the key gone, without the residence", () => {
    const key = newSubjectKey();
    const fact: Fact = {
      kind: "enrolled",
      residence: { countries: ["JP"], subdivision: null, timeZone: "Asia/Tokyo", birthYear: 1984 },
      contactPoints: { email: "commitment" },
    };
    const halves = { eventId: "event", ...splitFact(pepper, key, "event", fact, { actor: "service", client: "records" }) };
    expect(JSON.stringify({ ...halves, evidence: "" })).not.toMatch(/JP|Tokyo|1984|records/);
    expect(joinFact(pepper, key, halves)).toEqual({ fact, origin: { actor: "service", client: "records" } });
    expect(joinFact(pepper, undefined, halves)).toEqual({ fact: { ...fact, residence: null }, origin: null });
  });
});

describe("CONSENT-5 a contact point is kept as a commitment only", () => {
  test.prop([fc.constantFrom(...channels), fc.emailAddress()])(
    "the same contact point has the same commitment for one person, another for every other person, channel and cell",
    (channel, value) => {
      const [mine, yours] = [newSubjectKey().salt, newSubjectKey().salt];
      const commitment = commitTo(pepper, mine, channel, value);
      expect(commitTo(pepper, mine, channel, ` ${value} `)).toBe(commitment);
      const others = [
        commitTo(pepper, yours, channel, value),
        commitTo(randomBytes(32), mine, channel, value),
        ...channels.filter((other) => other !== channel).map((other) => commitTo(pepper, mine, other, value)),
      ];
      expect(others).not.toContain(commitment);
      expect(commitment).not.toContain(value);
    },
  );

  test("however it was typed, an address or number is the same", () => {
    expect(normalised("email", " Anna.Meier@Example.ORG ")).toBe("anna.meier@example.org");
    expect(normalised("phone", "0049 (30) 12-34/5")).toBe(normalised("phone", "+49 30 12345"));
    expect(normalised("sms", "＋８１ ９０ １２３４")).toBe("+81901234");
    expect(normalised("post", "Main Street 1,\n  Berlin")).toBe("main street 1, berlin");
  });
});
