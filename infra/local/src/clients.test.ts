import { expect, test } from "vitest";
import { localClients } from "./clients.ts";

test("LOCAL-3 consent alone may have people written to about their decisions", () => {
  const mayNotify = localClients.filter(({ scopes }) => Object.values(scopes).some((given) => given.includes("records:notify")));
  expect(mayNotify.map(({ name }) => name)).toEqual(["consent"]);
});
