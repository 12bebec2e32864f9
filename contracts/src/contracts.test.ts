import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { audienceOf, cellOf, cells, Revision, SubjectId } from "./ids.ts";
import { documentedServices, openapiOf, routesOf } from "./openapi.ts";
import { Problem, ProblemCode, ProblemDocument, problemKinds } from "./problem.ts";

const routes = documentedServices.flatMap((service) => routesOf[service].map((route) => ({ service, route })));

test("CONTRACTS-1: every route is public or names its scope and its callers; what is about oneself is for subjects alone", () => {
  const faults = routes.flatMap(({ service, route: { id, policy } }) => {
    if (policy.access === "public") return policy.owner === "none" ? [] : [`${service}.${id} is public and about somebody`];
    const subjectsOnly = policy.access.actors.length === 1 && policy.access.actors[0] === "subject";
    return [
      ...(policy.access.actors.length === 0 ? [`${service}.${id} has no callers`] : []),
      ...((policy.owner === "self") === subjectsOnly ? [] : [`${service}.${id}: owner self and the actor subject go together`]),
      ...(policy.access.staffRoles && !policy.access.actors.includes("staff") ? [`${service}.${id} names roles but takes no staff`] : []),
    ];
  });
  expect(faults).toEqual([]);
});

test("CONTRACTS-2: no two routes of a service share an id or an address", () => {
  for (const service of documentedServices) {
    const ids = routesOf[service].map(({ id }) => id);
    const addresses = routesOf[service].map(({ method, path }) => `${method} ${path}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(addresses).size).toBe(addresses.length);
  }
});

test("CONTRACTS-2: every body and query is closed", () => {
  const parts = routes.flatMap(({ route }) =>
    [route.body, route.query, route.params].flatMap((part) => (part ? [{ id: route.id, part }] : [])),
  );
  const open = parts.filter(
    ({ part }) => !part.safeParse({ "a field nobody knows": 1 }).error?.issues.some(({ code }) => code === "unrecognized_keys"),
  );
  expect(parts.length).toBeGreaterThan(20);
  expect(open.map(({ id }) => id)).toEqual([]);
});

test.each(documentedServices)("CONTRACTS-3: the committed document of %s is that of its routes", (service) => {
  const committed: unknown = JSON.parse(readFileSync(new URL(`../openapi/${service}.json`, import.meta.url), "utf8"));
  expect(committed).toEqual(JSON.parse(JSON.stringify(openapiOf(service))));
});

test.each(ProblemCode.options)("CONTRACTS-4: the problem %s is valid by its own schema and says what to do next", (code) => {
  const document = new Problem(code, { detail: "x", issues: [{ in: "body", pointer: "/a", message: "m" }], cell: "eu" }).document(
    "request",
  );
  expect(ProblemDocument.parse(document)).toMatchObject({
    code,
    status: problemKinds[code].status,
    type: `urn:behest:problem:${code}`,
    requestId: "request",
  });
  expect(problemKinds[code].next.length).toBeGreaterThan(10);
});

test("CONTRACTS-5: a subject id is a cell and 32 hex digits; its cell can be read from it", () => {
  for (const cell of cells) expect(cellOf(SubjectId.parse(`${cell}_${"0a".repeat(16)}`))).toBe(cell);
  for (const other of [
    "",
    "eu_",
    `de_${"0".repeat(32)}`,
    `eu_${"0".repeat(31)}`,
    `eu_${"G".repeat(32)}`,
    `EU_${"0".repeat(32)}`,
    ` eu_${"0".repeat(32)}`,
    `eu_${"0".repeat(32)}\n`,
  ]) {
    expect(SubjectId.safeParse(other).success, JSON.stringify(other)).toBe(false);
  }
  expect(audienceOf("cn", "records")).toBe("urn:behest:cn:records");
});

test("CONTRACTS-5: a revision's shard is 0 to 255 and its epoch begins with 1", () => {
  for (const good of ["1:0:0", "12:255:900719925474099"]) expect(Revision.safeParse(good).success).toBe(true);
  for (const bad of ["0:0:0", "1:256:1", "1:-1:1", "1:1", "1:01:1", "1:1:1:1", "a:1:1"])
    expect(Revision.safeParse(bad).success, bad).toBe(false);
});
