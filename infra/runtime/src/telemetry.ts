/**
 * Spans for requests, transactions and jobs, made by hand. Without a running SDK they cost next to nothing.
 * A span may say what was done and how it ended, never about whom: attributes stand on an allow-list, by type here and again at the export.
 */
import { Problem } from "@behest/contracts/problem";
import { SpanStatusCode, trace, type Span } from "@opentelemetry/api";

/** Everything that may leave the process in a span. No ids of persons, no addresses, no query strings, no SQL. */
export const allowedAttributes = [
  "http.request.method",
  /** The template, such as `/v1/subjects/{subject}/choices`. */
  "http.route",
  "http.response.status_code",
  "error.type",
  "db.system.name",
  "behest.cell",
  "behest.request_id",
  "behest.tries",
  "behest.job.task",
] as const;
export type SpanAttributes = Partial<Record<(typeof allowedAttributes)[number], string | number | boolean>>;
/** Adds attributes that are known only later. */
export type SetAttributes = (attributes: SpanAttributes) => void;

const tracerName = "behest";
const serverFault = 500;

/** Runs `work` in a span, child of the one around it. `name` is a constant or a route's id. What `work` throws is thrown on; of it the span keeps the kind alone. */
export async function inSpan<T>(name: string, attributes: SpanAttributes, work: (set: SetAttributes) => Promise<T>): Promise<T> {
  return trace.getTracer(tracerName).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work((more) => void span.setAttributes(more));
    } catch (fault) {
      markFault(span, fault);
      throw fault;
    } finally {
      span.end();
    }
  });
}

/** A refusal is an answer, not an error. */
function markFault(span: Span, fault: unknown): void {
  const type = fault instanceof Problem ? fault.code : fault instanceof Error ? fault.name : typeof fault;
  const status = fault instanceof Problem ? fault.status : serverFault;
  span.setAttribute("error.type", type);
  if (status >= serverFault) span.setStatus({ code: SpanStatusCode.ERROR });
}
