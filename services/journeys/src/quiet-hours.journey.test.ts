import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { check, readStack, send, tokenOf } from "./stack.ts";

const stack = readStack();
const { consent } = stack.cells.us;
const zones = Array.from({ length: 26 }, (_, index) => index - 12).map((east) =>
  east === 0 ? "Etc/UTC" : `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`,
);
/** The clocks of a stack can't be moved, but at any moment it is night somewhere. Hours away from both ends, so that time may pass meanwhile. */
const zoneWhere = (hours: readonly number[]): string => {
  const hourIn = (timeZone: string) =>
    Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(new Date()));
  const found = zones.find((zone) => hours.includes(hourIn(zone)));
  if (found === undefined) throw new Error("no zone in which it is that time");
  return found;
};

test("JOURNEYS-6: whoever sleeps is not called: the hours of the person's own zone count, and a message to read later may come", async () => {
  const marketing = await tokenOf("marketing", "consent", "us");
  const people = [zoneWhere([23]), zoneWhere([3]), zoneWhere([12])].map((timeZone) => ({
    subject: `us_${randomBytes(16).toString("hex")}`,
    countries: ["US"],
    subdivision: "US-NY",
    timeZone,
    birthYear: 1980,
    contactPoints: [
      { channel: "phone", value: "+12125550100" },
      { channel: "email", value: "night@example.com" },
    ],
  }));
  const enrolled = await send(await tokenOf("records", "consent", "us"), "POST", `${consent}/v1/enrolments`, { subjects: people });
  expect(enrolled).toMatchObject({ status: 200, body: { enrolled: 3 } });
  const at = new Date(Date.now() - 60_000).toISOString();
  const proof = (condition: string) => ({ condition, at, reference: "run 17" });
  for (const { subject } of people) {
    const prove = (channel: string, ...conditions: string[]) =>
      send(marketing, "POST", `${consent}/v1/subjects/${subject}/evidence`, { channel, conditions: conditions.map(proof) });
    expect((await prove("phone", "register_checked")).status).toBe(201);
    expect((await prove("email", "opt_out_notice_given", "opt_out_link_in_each_message")).status).toBe(201);
  }
  const ask = (channel: "phone" | "email") =>
    Promise.all(
      people.map(({ subject }) => check(consent, marketing, { subject, purpose: `marketing-${channel}`, channel, usedIn: "US" })),
    );
  const quiet = {
    allowed: false,
    reasons: [{ code: "quiet_hours", until: expect.stringMatching(/Z$/), citation: "47 CFR 64.1200(c)(1)" }],
  };
  expect(await ask("phone")).toMatchObject([quiet, quiet, { allowed: true, reasons: [] }]);
  expect((await ask("email")).map(({ allowed }) => allowed)).toEqual([true, true, true]);
});
