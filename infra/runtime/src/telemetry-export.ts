/** Exports spans over OTLP/HTTP, stripped to what is allowed, whichever library made them. */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import { allowedAttributes } from "./telemetry.ts";
import type { Telemetry } from "./telemetry-start.ts";

const allowed: ReadonlySet<string> = new Set(allowedAttributes);
const sendMsMax = 5_000;

export function startExport(service: string, endpoint: string): Telemetry {
  const exporter = stripping(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces`, timeoutMillis: sendMsMax }));
  const sdk = new NodeSDK({
    serviceName: service,
    // What detectors find (user, host, command line) is nobody's business elsewhere.
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  sdk.start();
  // A collector that is away must not keep a service from stopping.
  return { stop: () => sdk.shutdown().catch(() => undefined) };
}

function stripping(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(stripped), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

/** Without attributes off the list, events (they hold exceptions with their messages), links and status texts. */
function stripped(span: ReadableSpan): ReadableSpan {
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([name]) => allowed.has(name)));
  const changed: Partial<ReadableSpan> = { attributes, events: [], links: [], status: { code: span.status.code } };
  return new Proxy(span, {
    get: (target, name) => (Object.hasOwn(changed, name) ? Reflect.get(changed, name) : boundTo(target, Reflect.get(target, name, target))),
  });
}

const boundTo = (target: object, value: unknown): unknown => (typeof value === "function" ? value.bind(target) : value);
