/** Starts the OpenTelemetry SDK where an OTLP endpoint is set. Only then is it loaded: it adds 0.3 s and 50 MB. */

export type Telemetry = { /** Sends what is waiting. */ stop(): Promise<void> };

/** `endpoint`: of OTEL_EXPORTER_OTLP_ENDPOINT; undefined or empty: no telemetry. Once in a process. */
export async function startTelemetry({ service, endpoint }: { service: string; endpoint: string | undefined }): Promise<Telemetry> {
  if (endpoint === undefined || endpoint === "") return { stop: () => Promise.resolve() };
  const { startExport } = await import("./telemetry-export.ts");
  return startExport(service, endpoint);
}
