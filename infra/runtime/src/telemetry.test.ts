import { Problem } from "@behest/contracts/problem";
import { trace } from "@opentelemetry/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startTelemetry } from "./telemetry-start.ts";
import { allowedAttributes, inSpan } from "./telemetry.ts";
import { listen, type Listening } from "./testing/listen.ts";

const Attributes = z.array(z.looseObject({ key: z.string() })).default([]);
const Span = z.looseObject({
  name: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  attributes: Attributes,
  status: z.looseObject({ code: z.number().optional(), message: z.string().optional() }),
});
const Export = z.object({
  resourceSpans: z.array(
    z.object({ resource: z.object({ attributes: Attributes }), scopeSpans: z.array(z.object({ spans: z.array(Span) })) }),
  ),
});

const bodies: string[] = [];
let sink: Listening;
beforeAll(async () => {
  sink = await listen((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      bodies.push(`${request.url ?? ""} ${body}`);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
});
afterAll(() => sink.close());

test("TELEMETRY-1: without an endpoint nothing is loaded, and work in a span just runs", async () => {
  await (await startTelemetry({ service: "consent", endpoint: undefined })).stop();
  await expect(inSpan("work", {}, () => Promise.resolve(7))).resolves.toBe(7);
  expect(trace.getTracer("behest").startSpan("probe").isRecording()).toBe(false);
});

test("TELEMETRY-2: exported spans carry allowed attributes alone, whoever made them, and nothing of what was said in them", async () => {
  const telemetry = await startTelemetry({ service: "consent", endpoint: `${sink.url}/` });
  const secret = "someone@example.com";
  const refused = inSpan("recordConsent", { "http.route": "/v1/subjects/{subject}/consents", "behest.cell": "eu" }, async (set) => {
    await inSpan("transaction", { "db.system.name": "postgresql" }, () => Promise.resolve());
    set({ "http.response.status_code": 409 });
    throw new Problem("notice_outdated", { detail: secret });
  });
  await expect(refused).rejects.toThrow("notice_outdated");
  await expect(inSpan("broken", {}, () => Promise.reject(new TypeError(secret)))).rejects.toThrow(secret);
  const foreign = trace
    .getTracer("some library")
    .startSpan("GET", { attributes: { "url.full": `https://x/?q=${secret}`, "db.query.text": secret, "http.route": "/v1" } });
  foreign.addEvent(secret).recordException(new Error(secret));
  foreign.setStatus({ code: 2, message: secret }).end();
  await telemetry.stop();

  expect(bodies.length).toBeGreaterThan(0);
  expect(bodies.join("")).not.toContain("someone");
  const resources = bodies.flatMap((body) => Export.parse(JSON.parse(body.replace(/^\/v1\/traces /, ""))).resourceSpans);
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const keys = new Set(spans.flatMap((span) => span.attributes.map(({ key }) => key)));
  expect([...keys].filter((key) => !allowedAttributes.some((allowed) => allowed === key))).toEqual([]);
  expect(
    resources
      .flatMap(({ resource }) => resource.attributes.map(({ key }) => key))
      .filter((key) => !/^(service\.name|telemetry\.sdk\.\w+)$/.test(key)),
  ).toEqual([]);

  const named = (name: string) => spans.find((span) => span.name === name);
  expect(named("transaction")?.parentSpanId).toBe(named("recordConsent")?.spanId);
  expect(named("recordConsent")).toMatchObject({
    status: { code: 0 },
    attributes: expect.arrayContaining([expect.objectContaining({ key: "error.type", value: { stringValue: "notice_outdated" } })]),
  });
  expect(named("broken")).toMatchObject({ status: { code: 2 } });
  expect(named("GET")?.attributes).toHaveLength(1);
});

test("TELEMETRY-3: a collector that is away does not keep the process from stopping", async () => {
  const telemetry = await startTelemetry({ service: "consent", endpoint: "http://127.0.0.1:9" });
  expect(trace.getTracer("behest").startSpan("probe").isRecording()).toBe(true);
  await inSpan("work", {}, () => Promise.resolve());
  await expect(telemetry.stop()).resolves.toBeUndefined();
});
