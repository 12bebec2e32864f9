/** The requests that conformance sends, and their answers. */
import { ProblemDocument } from "@behest/contracts/problem";
import type { Route } from "@behest/contracts/route";

export type Ask = {
  route: string;
  method: string;
  path: string;
  token?: string;
  body?: string;
  contentType?: string;
  /** What is wrong with it, or what the check needs to know. */
  what?: string;
  /** Issues that a 400 must list, as `in pointer`. */
  pointers?: string[];
};
export type Answered = { status: number; headers: Headers; text: string; problem: ProblemDocument | undefined };

/** The path with the subject filled in, and some word for any other parameter. */
export const urlPath = (route: Route, subject: string): string =>
  route.path.replace("{subject}", subject).replace(/\{\w+\}/g, "conformance");

/** A request that reaches the route; its body names the subject and nothing else. */
export function addressOf(route: Route, subject: string): Ask {
  return {
    route: route.id,
    method: route.method.toUpperCase(),
    path: urlPath(route, subject),
    ...(route.body ? { body: JSON.stringify({ subject }) } : {}),
  };
}

export async function send(url: string, { method, path, token, body, contentType = "application/json" }: Ask): Promise<Answered> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": contentType }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  return {
    status: response.status,
    headers: response.headers,
    text,
    problem: isProblem ? ProblemDocument.safeParse(JSON.parse(text)).data : undefined,
  };
}

/** Wrong in body or query, each in one way. */
export function malformed(route: Route, base: Ask): Ask[] {
  const query = { ...base, path: `${base.path}?conformance=1`, what: "unknown query parameter", pointers: ["query /conformance"] };
  if (!route.body) return [query];
  const unknown = {
    ...base,
    body: JSON.stringify({ "conformance/a": 1, "conformance~b": 2 }),
    what: "unknown fields",
    pointers: ["body /conformance~1a", "body /conformance~0b"],
  };
  const wrong = ['{"a":', "", '"text"', "7", "null", "[]"].map((body) => ({
    ...base,
    body,
    what: `body ${body || "missing"}`,
    pointers: ["body "],
  }));
  return [query, { ...unknown, path: `${unknown.path}?conformance=1`, pointers: [...unknown.pointers, "query /conformance"] }, ...wrong];
}

/** The answer without what names the single request. */
export const strip = ({ status, text, problem }: Answered): string =>
  `${status} ${problem?.requestId === undefined ? text : text.replaceAll(problem.requestId, "")}`;

export const describeAnswer = (ask: Ask, { status, problem, text }: Answered): string =>
  `${ask.route} (${ask.method} ${ask.path}${ask.what ? `, ${ask.what}` : ""}) answered ${status} ${problem ? JSON.stringify(problem.issues ?? problem.code) : text.slice(0, 200)}`;
