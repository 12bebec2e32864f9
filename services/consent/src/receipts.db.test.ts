import { compactVerify, createLocalJWKSet } from "jose";
import { describe, expect } from "vitest";
import { z } from "zod";
import { consentTest, type ConsentService, type Person } from "./testing/consent-service.ts";
import { choiceOf, decide, recorded } from "./testing/decisions.ts";

const ReceiptRecord = z.looseObject({
  "dpv:hasRight": z.array(z.object({ "@id": z.string(), "dct:source": z.array(z.string()) })),
  "dpv:hasNotice": z.array(z.record(z.string(), z.string())),
  "dpv:hasProcess": z.array(z.unknown()),
});
async function recordOf(service: ConsentService, person: Person, receipt: string | null): Promise<z.infer<typeof ReceiptRecord>> {
  const { body } = await service.by(person, "GET", `/v1/subjects/${person.subject}/receipts/${receipt}`);
  return z.object({ content: z.object({ "dpv:hasRecordOfActivity": z.tuple([ReceiptRecord]) }) }).parse(body).content[
    "dpv:hasRecordOfActivity"
  ][0];
}

describe("CONSENT-5 of each grant and withdrawal there is a signed receipt", () => {
  consentTest(
    "a grant is an event with a receipt whose signature verifies with the published keys and whose words are those shown",
    async ({ service }) => {
      const person = await service.enrol();
      const { event, receipt, status } = recorded(await service.grant(person, "marketing-email"));
      expect({ kind: event.kind, version: event.version, status }).toEqual({ kind: "granted", version: 2, status: "granted" });

      const answer = await service.by(person, "GET", `/v1/subjects/${person.subject}/receipts/${receipt}`);
      const { jws, content } = z.object({ jws: z.string(), content: z.record(z.string(), z.unknown()) }).parse(answer.body);
      const keys = z
        .object({ keys: z.array(z.record(z.string(), z.string())) })
        .parse(await (await fetch(`${service.url()}/.well-known/jwks.json`)).json());
      expect(JSON.stringify(keys)).not.toContain('"d"');
      const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys));
      expect(protectedHeader).toMatchObject({ alg: "ES256", kid: keys.keys[0]?.["kid"] });
      expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(content);
      const notice = service.policies.purposes.get("marketing-email");
      const text = JSON.stringify(content);
      for (const said of [
        event.id,
        event.revision,
        person.subject,
        notice?.noticeHash ?? "?",
        notice?.notice.version ?? "?",
        "dpv:ConsentGiven",
        "https://privacy.example.org",
        "2026-11-22T11:00:00.000Z",
      ])
        expect(text).toContain(said);
      expect(text).not.toContain(person.email);
      expect(content["dpv:hasRecordOfActivity"]).toMatchObject([
        {
          "dpv:hasJurisdiction": ["DE"],
          "dpv:hasProcess": [
            {
              "dpv:hasPersonalData": expect.any(Array),
              "dpv:hasStorageCondition": expect.arrayContaining([expect.objectContaining({ "dpv:hasLocation": "eu" })]),
            },
          ],
          "dpv:hasDataController": [expect.objectContaining({ "schema:legalName": expect.any(String) })],
        },
      ]);
    },
  );

  consentTest("a withdrawal has its receipt too, and the choices show both", async ({ service }) => {
    const person = await service.enrol();
    await service.grant(person, "marketing-email");
    expect(await choiceOf(service, person, "marketing-email", "ja")).toMatchObject({
      status: "granted",
      control: "consent",
      allowedNow: true,
      name: service.policies.purposes.get("marketing-email")?.name.ja,
    });
    const { receipt, status } = recorded(await decide(service, person, { purpose: "marketing-email", action: "withdraw" }));
    expect(status).toBe("withdrawn");
    expect(await choiceOf(service, person, "marketing-email")).toMatchObject({ status: "withdrawn", allowedNow: false, receipt });
    const stored = await service.by(person, "GET", `/v1/subjects/${person.subject}/receipts/${receipt}`);
    expect(JSON.stringify(stored.body)).toContain("dpv:ConsentWithdrawn");
  });

  consentTest(
    "the receipt lists the rights that the laws of the person's residence give, each with where it is written",
    async ({ service }) => {
      const rightsIn = async (residence: Parameters<ConsentService["enrol"]>[0]) => {
        const person = await service.enrol(residence);
        const { receipt } = recorded(await service.grant(person, "marketing-email"));
        const record = await recordOf(service, person, receipt);
        return new Map(record["dpv:hasRight"].map((right) => [right["@id"], right["dct:source"]]));
      };
      const [german, japanese, either] = [
        await rightsIn({ countries: ["DE"] }),
        await rightsIn({ countries: ["JP"] }),
        await rightsIn({ countries: ["DE", "JP"] }),
      ];
      expect(german.get("withdrawal")).toEqual(["GDPR Art. 7(3)"]);
      expect(german.get("portability")).toEqual(["GDPR Art. 20"]);
      expect(japanese.get("access")).toEqual(["APPI Art. 33"]);
      expect(japanese.has("portability")).toBe(false);
      expect(either.get("access")).toEqual(["GDPR Art. 15", "APPI Art. 33"]);
    },
  );

  consentTest(
    "the receipt of a withdrawal is in the language of the request and names the notice agreed to before, or none",
    async ({ service }) => {
      const [agreed, never] = [await service.enrol(), await service.enrol()];
      await service.grant(agreed, "marketing-email");
      const purpose = service.policies.purposes.get("marketing-email");
      const notices = [];
      for (const person of [agreed, never]) {
        const { receipt } = recorded(await decide(service, person, { purpose: "marketing-email", action: "withdraw", locale: "ja" }));
        const record = await recordOf(service, person, receipt);
        expect(record["dpv:hasProcess"]).toMatchObject([{ "dpv:hasPurpose": [{ "dct:title": purpose?.name.ja }] }]);
        notices.push(record["dpv:hasNotice"]);
      }
      expect(notices).toEqual([
        [{ "@type": "dpv:ConsentNotice", "dct:hasVersion": purpose?.notice.version, "behest:hash": purpose?.noticeHash }],
        [],
      ]);
    },
  );
});
