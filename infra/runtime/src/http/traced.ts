/** One span for each request of a contract route, named by the route. */
import { Problem } from "@behest/contracts/problem";
import { inSpan, type SpanAttributes } from "../telemetry.ts";

const faultStatus = 500;

export function traced(routeId: string, attributes: SpanAttributes, answer: () => Promise<Response>): Promise<Response> {
  return inSpan(routeId, attributes, async (set) => {
    try {
      const response = await answer();
      set({ "http.response.status_code": response.status });
      return response;
    } catch (fault) {
      set({ "http.response.status_code": fault instanceof Problem ? fault.status : faultStatus });
      throw fault;
    }
  });
}
