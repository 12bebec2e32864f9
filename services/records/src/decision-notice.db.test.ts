import { randomUUID } from "node:crypto";
import { freePort } from "@behest/runtime/testing/free-port";
import { until } from "@behest/runtime/testing/until";
import { expect } from "vitest";
import { z } from "zod";
import { openMailer, type Mailer } from "./mailer.ts";
import { doorTest, type DoorService } from "./testing/door-service.ts";
import { startMailServer } from "./testing/mail-server.ts";
import { allDone, from, keepLog, mailing, outcomesOf, tell } from "./testing/notices.ts";

type Contact = Parameters<DoorService["addContact"]>[0];
async function enrolled(service: DoorService, ...contacts: Contact[]) {
  for (const contact of contacts) await service.addContact(contact);
  await service.enrol();
  return Promise.all(contacts.map(({ key }) => service.subjectOf(key)));
}
async function one(service: DoorService, contact: Partial<Contact> = {}) {
  const [subject] = await enrolled(service, { key: "anna", ...contact });
  if (subject === undefined) throw new Error("nobody was enrolled");
  return subject;
}

doorTest(
  "RECORDS-13: each person is told in their own language what they decided, when, what it means and where to change it",
  async ({ service }) => {
    const contacts: Contact[] = [
      { key: "dora", language: "de-AT", country: "Austria" },
      { key: "yuki", language: "ja", country: "Japan" },
      { key: "wei", language: "zh-CN", country: "China" },
      // No language we have, so that of the country; and where that is none of ours either, English.
      { key: "jonas", language: "nl", country: "Germany" },
      { key: "claire", country: "France" },
    ];
    const people = await enrolled(service, ...contacts);
    const server = await startMailServer();
    await mailing(service, server.url, async () => {
      for (const subject of people) await tell(service, subject);
      await allDone(service);
    });
    await server.close();
    const mailTo = (key: string) => server.mails.find(({ to }) => to === `${key}@example.com`);
    expect(mailTo("dora")?.subject).toBe("Sie haben zugestimmt: Angebote und Neuigkeiten per E-Mail");
    expect(mailTo("dora")?.text).toContain("am 22. November 2026 um 12:00 MEZ haben Sie dieser Nutzung Ihrer Daten zugestimmt");
    expect(mailTo("dora")?.text).toContain("Ab jetzt dürfen wir Ihre Daten dafür nutzen");
    expect(mailTo("yuki")?.subject).toBe("同意を受け付けました：メールでのご案内");
    expect(mailTo("yuki")?.text).toContain("2026年11月22日 20:00 JST");
    expect(mailTo("wei")?.subject).toBe("您已同意：电子邮件优惠和资讯");
    expect(mailTo("jonas")?.text).toContain("Guten Tag");
    expect(mailTo("claire")?.text).toContain(
      "On 22 November 2026 at 12:00 CET you agreed to this use of your data: Offers and news by e-mail.",
    );
    for (const mail of server.mails) {
      expect(mail.text).toContain("https://privacy.example.org/choices#purpose-marketing-email");
      expect(`${mail.subject}${mail.text}`).not.toMatch(/Person|Test|example\.com/);
      expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    }
    expect(server.mails).toHaveLength(contacts.length);
  },
);

doorTest(
  "RECORDS-13: each kind of decision has its own words, and one person's mails come in the order of the decisions",
  async ({ service }) => {
    const subject = await one(service);
    const server = await startMailServer();
    const decisions = ["granted_pending", "granted", "withdrawn", "objected", "objection_lifted"] as const;
    await mailing(service, server.url, async () => {
      for (const [minute, decision] of decisions.entries())
        await tell(service, subject, { decision, at: `2026-11-22T11:0${minute}:00.000Z` });
      await allDone(service);
    });
    await server.close();
    expect(server.mails.map(({ text }) => /12:\d\d MEZ/.exec(text)?.[0])).toEqual(decisions.map((_, minute) => `12:0${minute} MEZ`));
    expect(server.mails.map(({ text }) => text.split("\n\n")[2])).toEqual([
      expect.stringContaining("Noch nutzen wir"),
      expect.stringContaining("Ab jetzt dürfen wir"),
      expect.stringContaining("nicht mehr"),
      expect.stringContaining("nicht mehr"),
      expect.stringContaining("wieder nutzen"),
    ]);
  },
);

doorTest("RECORDS-13: who has no address, or not one address, gets no mail, and that is no error", async ({ service }) => {
  const people = await enrolled(service, { key: "none", email: null }, { key: "two", email: "a@example.com, b@example.com" });
  const server = await startMailServer();
  const kept = keepLog();
  await mailing(
    service,
    server.url,
    async () => {
      for (const subject of people) expect((await tell(service, subject)).status).toBe(202);
      await allDone(service);
    },
    kept,
  );
  await server.close();
  expect((await outcomesOf(service)).map(({ outcome }) => outcome)).toEqual(["no_address", "no_address"]);
  expect(server.mails).toEqual([]);
  expect(kept.lines().filter(({ level }) => level !== "debug")).toEqual([]);
  expect(await service.cellDb.sql`select 1 from records.access_event`).toHaveLength(0);
});

doorTest(
  "RECORDS-14: an event is one mail, told twice at once and again afterwards; somebody who is not here is 404",
  async ({ service }) => {
    const subject = await one(service);
    const event = randomUUID();
    const server = await startMailServer();
    const told = await Promise.all([tell(service, subject, { event }), tell(service, subject, { event })]);
    expect(told).toMatchObject([
      { status: 202, body: { event } },
      { status: 202, body: { event } },
    ]);
    await mailing(service, server.url, async () => {
      await allDone(service);
      expect((await tell(service, subject, { event })).status).toBe(202);
      // Behind it in the order of the person: when this has arrived, a repeated one would have.
      await tell(service, subject, { decision: "withdrawn" });
      await until(() => server.mails.length > 1);
    });
    await server.close();
    expect(server.mails.map(({ subject: line }) => line.split(":")[0])).toEqual([
      "Sie haben zugestimmt",
      "Sie haben Ihre Einwilligung widerrufen",
    ]);
    const [nobody] = [await tell(service, z.custom<typeof subject>().parse(`eu_${"0".repeat(32)}`))];
    expect(nobody).toMatchObject({ status: 404, body: { code: "subject_unknown" } });
  },
);

doorTest(
  "RECORDS-14: a mail server that is gone or busy costs nothing but time, with growing pauses, and no address gets into log, job or outbox",
  async ({ service }) => {
    const subject = await one(service);
    const port = await freePort();
    const kept = keepLog();
    const { sql } = service.cellDb;
    await tell(service, subject);
    await mailing(
      service,
      `smtp://127.0.0.1:${port}`,
      async () => {
        const failed = async (times: number) =>
          (
            await sql`select last_error, extract(epoch from run_at - updated_at)::float as pause from records_jobs._private_jobs where attempts = ${times} and locked_at is null and last_error is not null`
          )[0];
        const first = await until(() => failed(1));
        expect(first["last_error"]).toBe("MailFault ECONNREFUSED");
        const second = await until(() => failed(2), 30);
        expect(second["pause"]).toBeGreaterThan(first["pause"]);
        // Its turn has come: nobody waits out the pause.
        const now = () => sql`update records_jobs._private_jobs set run_at = now() where key like 'outbox:%'`;
        const server = await startMailServer(port);
        server.refusals.set("anna@example.com", 451);
        await now();
        const third = await until(() => failed(3), 60);
        expect(third["last_error"]).toBe("MailFault EENVELOPE 451");
        const rows = await sql`
          select j::text as row from records_jobs._private_jobs j where key like 'outbox:%' union all select o::text from records.outbox o union all select n::text from records.decision_notice n`;
        expect(rows).toHaveLength(3);
        expect(rows.filter((row) => String(row["row"]).includes("anna"))).toEqual([]);
        server.refusals.clear();
        await now();
        await until(() => server.mails.length === 1, 60);
        await allDone(service);
        await server.close();
      },
      kept,
    );
    const warnings = kept.lines().filter(({ level }) => level === "warn");
    expect(warnings.length).toBeGreaterThanOrEqual(3);
    expect(warnings.every(({ text }) => text.includes("job failed, will be tried again"))).toBe(true);
    expect(kept.lines().filter(({ level }) => level === "error")).toEqual([]);
    expect(kept.lines().filter(({ text }) => text.includes("anna"))).toEqual([]);
  },
  120_000,
);

doorTest(
  "RECORDS-14: killed between the server's yes and our note of it, the mail goes out once more and is known by its Message-ID",
  async ({ service }) => {
    const subject = await one(service);
    const event = randomUUID();
    const server = await startMailServer();
    const mailer = openMailer({ url: server.url, from, demandTls: false });
    let kills = 1;
    const killed: Mailer = {
      async send(mail) {
        const outcome = await mailer.send(mail);
        if (kills > 0) {
          kills -= 1;
          throw new Error("killed");
        }
        return outcome;
      },
    };
    await tell(service, subject, { event });
    await mailing(service, killed, async () => void (await allDone(service)));
    await server.close();
    expect(server.mails.map(({ messageId }) => messageId)).toEqual([`<${event}@example.com>`, `<${event}@example.com>`]);
    expect(await service.cellDb.sql`select 1 from records.access_event`).toHaveLength(1);
  },
);

doorTest("RECORDS-14: an address that is refused for good holds back no later mail", async ({ service }) => {
  const subject = await one(service);
  const server = await startMailServer();
  server.refusals.set("anna@example.com", 550);
  const kept = keepLog();
  await mailing(
    service,
    server.url,
    async () => {
      await tell(service, subject, { at: "2026-11-22T11:00:00.000Z" });
      await allDone(service);
      server.refusals.clear();
      await tell(service, subject, { at: "2026-11-22T11:01:00.000Z" });
      await allDone(service);
    },
    kept,
  );
  await server.close();
  expect((await outcomesOf(service)).map(({ outcome }) => outcome)).toEqual(["refused", "sent"]);
  expect(kept.lines().filter(({ level }) => level === "warn")).toHaveLength(1);
  expect(kept.lines().filter(({ text }) => text.includes("anna"))).toEqual([]);
});

doorTest("RECORDS-14: where encryption is demanded, nothing is sent without it", async ({ service }) => {
  const subject = await one(service);
  const server = await startMailServer();
  const kept = keepLog();
  await tell(service, subject);
  await mailing(
    service,
    openMailer({ url: server.url, from, demandTls: true }),
    async () => void (await until(() => kept.lines().some(({ text }) => text.includes("MailFault")))),
    kept,
  );
  await server.close();
  expect(server.mails).toEqual([]);
  expect((await outcomesOf(service)).map(({ outcome }) => outcome)).toEqual([null]);
});

doorTest("RECORDS-3: the mail is a look at the address, and the person sees it in words", async ({ service }) => {
  const subject = await one(service);
  const server = await startMailServer();
  await mailing(service, server.url, async () => {
    await tell(service, subject);
    await allDone(service);
  });
  await server.close();
  const { body } = await service.send(
    await service.token({ clientId: "portal", subject }),
    "GET",
    `/v1/subjects/${subject}/accesses?locale=de`,
  );
  expect(body).toMatchObject({
    accesses: [
      {
        purpose: "decision-notice",
        purposeName: "Um Ihnen per E-Mail zu bestätigen, was Sie entschieden haben.",
        who: { kind: "service", name: "Einwilligungsdienst" },
        allowed: true,
        categories: ["contact"],
      },
    ],
  });
});
