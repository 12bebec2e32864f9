import { expect, test } from "vitest";
import { z } from "zod";
import { recordsEnvironment } from "./environment.ts";

const Environment = z.object(recordsEnvironment).pick({ SMTP_URL: true, MAIL_FROM: true });
const parse = (from: string, url = "smtp://127.0.0.1:25") => Environment.safeParse({ SMTP_URL: url, MAIL_FROM: from });

test("a sender is an address, with a name or without", () => {
  expect(parse("Behest EU <privacy.eu@example.com>").data?.MAIL_FROM).toEqual({ name: "Behest EU", address: "privacy.eu@example.com" });
  expect(parse("privacy@example.com").data?.MAIL_FROM).toEqual({ name: "", address: "privacy@example.com" });
});

test.each(["privacy", "a@example.com, b@example.com", "Behest <>", "<a@example.com> Behest"])("%s is no sender", (from) => {
  expect(parse(from).success).toBe(false);
});

test("only smtp and smtps lead to a mail server", () => {
  expect(parse("privacy@example.com", "smtps://user:secret@mail.example.com").success).toBe(true);
  expect(parse("privacy@example.com", "https://mail.example.com").success).toBe(false);
});
