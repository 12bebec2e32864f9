import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { get } from "node:http";
import { getRequestListener } from "@hono/node-server";
import nodemailer from "nodemailer";
import { test as base, expect } from "vitest";
import { freePort } from "@behest/runtime/testing/free-port";
import { listen } from "@behest/runtime/testing/listen";
import { mailboxApp } from "./mailbox-app.ts";
import { keepMessages } from "./messages.ts";
import { listenForMail } from "./smtp.ts";

type Mailbox = {
  folder: string;
  send(mail: { to: string; subject: string; text: string; html?: string }): Promise<unknown>;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** For node:http. */
  listener: ReturnType<typeof getRequestListener>;
};

const test = base.extend<{ mailbox: Mailbox }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads which fixtures are needed from the pattern
  mailbox: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "behest-mailbox-"));
    const messages = keepMessages({ folder, messagesMax: 3, now: () => new Date("2026-11-22T10:00:00.000Z") });
    const port = await freePort();
    const smtp = await listenForMail(port, messages);
    const app = mailboxApp({ messages, folder });
    const transport = nodemailer.createTransport({
      host: "127.0.0.1",
      port,
      secure: false,
      ignoreTLS: true,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    await use({
      folder,
      send: (mail) => transport.sendMail({ from: "Behest EU <privacy.eu@example.com>", ...mail }),
      get: async (path, init) => app.request(path, init),
      listener: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    });
    transport.close();
    await new Promise<void>((resolve) => smtp.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  },
});

test("LOCAL-8 a mail sent by SMTP is in the list, on its page, in the API and in a file", async ({ mailbox }) => {
  await mailbox.send({ to: "anna.schmidt@example.com", subject: "Ihre Bestätigung 確認 确认", text: "Guten Tag" });
  const { messages } = JSON.parse(await (await mailbox.get("/api/messages?to=anna.schmidt@example.com")).text());
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({
    subject: "Ihre Bestätigung 確認 确认",
    text: "Guten Tag\n",
    from: "Behest EU <privacy.eu@example.com>",
    envelope: { to: ["anna.schmidt@example.com"] },
  });
  expect(await (await mailbox.get("/")).text()).toContain("Ihre Bestätigung 確認 确认");
  expect(await (await mailbox.get(`/messages/${messages[0].id}`)).text()).toContain("Guten Tag");
  expect(await (await mailbox.get(`/messages/${messages[0].id}/source`)).text()).toContain("Subject:");
  expect(readdirSync(mailbox.folder)).toEqual([`${messages[0].id}.eml`]);
});

test("LOCAL-8 only the newest mails are kept, in memory and on disk", async ({ mailbox }) => {
  for (const subject of ["one", "two", "three", "four"]) await mailbox.send({ to: "a@example.com", subject, text: subject });
  const { messages } = JSON.parse(await (await mailbox.get("/api/messages")).text());
  expect(messages.map((message: { subject: string }) => message.subject)).toEqual(["four", "three", "two"]);
  expect(readdirSync(mailbox.folder)).toHaveLength(3);
});

test("LOCAL-9 what a mail holds is shown as text; its HTML only in a sandbox without script or network", async ({ mailbox }) => {
  await mailbox.send({
    to: "a@example.com",
    subject: "<script>alert(1)</script>",
    text: "<img src=x>",
    html: "<script>alert(2)</script><p>Hello</p>",
  });
  const { messages } = JSON.parse(await (await mailbox.get("/api/messages")).text());
  const page = await mailbox.get(`/messages/${messages[0].id}`);
  const text = await page.text();
  expect(text).not.toContain("<script>");
  expect(text).not.toContain("<img");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const part = await mailbox.get(`/messages/${messages[0].id}/html`);
  expect(part.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
});

test("LOCAL-9 another site's form can't empty the mailbox", async ({ mailbox }) => {
  await mailbox.send({ to: "a@example.com", subject: "stays", text: "stays" });
  expect((await mailbox.get("/clear", { method: "POST", headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
  expect(JSON.parse(await (await mailbox.get("/api/messages")).text()).messages).toHaveLength(1);
  expect((await mailbox.get("/clear", { method: "POST", headers: { "sec-fetch-site": "same-origin" } })).status).toBe(303);
  expect(JSON.parse(await (await mailbox.get("/api/messages")).text()).messages).toEqual([]);
});

test("LOCAL-14 the mailbox answers to the names of this machine alone, so that no page elsewhere reads mails through a name that points here", async ({
  mailbox,
}) => {
  await mailbox.send({ to: "anna.schmidt@example.com", subject: "Code", text: "123456" });
  const server = await listen((request, response) => void mailbox.listener(request, response));
  const { port } = new URL(server.url);
  for (const path of ["/", "/api/messages", "/readyz"]) {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) expect(await statusOf(port, path, host)).toBe(200);
    for (const host of [`mailbox.example.org:${port}`, "127.0.0.1.example.org", "10.0.0.1", "localhost.example.org"])
      expect(await statusOf(port, path, host)).toBe(421);
  }
  await server.close();
});

const statusOf = (port: string, path: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });
