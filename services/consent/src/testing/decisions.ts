/** What a test asks as the person: to decide, and how things stand. */
import { z } from "zod";
import type { Answer, ConsentService, Person } from "./consent-service.ts";

const Recorded = z.object({
  event: z.object({ id: z.string(), revision: z.string(), version: z.number(), kind: z.string() }),
  receipt: z.string().nullable(),
  status: z.string(),
});
export const recorded = (answer: Answer) => Recorded.parse(answer.body);
export const decide = (service: ConsentService, person: Person, body: Record<string, unknown>, headers?: Record<string, string>) =>
  service.by(person, "POST", `/v1/subjects/${person.subject}/consents`, body, headers);
const Choices = z.object({
  choices: z.array(
    z.object({
      purpose: z.string(),
      status: z.string(),
      control: z.string(),
      allowedNow: z.boolean(),
      objected: z.boolean(),
      receipt: z.string().nullable(),
      name: z.string(),
    }),
  ),
});
export const choiceOf = async (service: ConsentService, person: Person, purpose: string, locale = "en") =>
  Choices.parse((await service.by(person, "GET", `/v1/subjects/${person.subject}/choices?locale=${locale}`)).body).choices.find(
    (choice) => choice.purpose === purpose,
  );
export const eventsOf = async (service: ConsentService, person: Person) =>
  z
    .object({ events: z.array(z.object({ kind: z.string(), id: z.string() })) })
    .parse((await service.by(person, "GET", `/v1/subjects/${person.subject}/events`)).body).events;
