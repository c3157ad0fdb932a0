import type { Clock, Log } from "@signalbox/base";
import type { Exchange } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";
import type { RequestMetrics } from "../request-metrics.ts";
import { withinSpan } from "./trace.ts";

/**
 * One line when a request is over: good reads at debug, everything that changes something or is
 * refused at info. It names the path without the query, and no header.
 */
export function accessLog(
  log: Log,
  clock: Clock,
  metrics: RequestMetrics,
): Work<"request" | "trace", "startedMs"> {
  return {
    enter: () => ({ startedMs: clock.monotonic() }),
    done: (exchange, { answer, problem }) => {
      const { startedMs, request, route, trace } = exchange;
      const durationMs = clock.monotonic() - startedMs;
      const operation = route?.operation.id ?? "none";
      // Within the span, so that a slow request is found from its bucket.
      withinSpan(trace.span, () =>
        metrics.observe(operation, request.method, answer.status, durationMs),
      );
      const level = isQuiet(request.method, answer.status) ? "debug" : "info";
      if (!log.isLevelEnabled(level)) return;
      log[level](
        { ...fields(exchange), status: answer.status, code: problem?.code, durationMs },
        "request",
      );
    },
  };
}

function isQuiet(method: string, status: number): boolean {
  return status < 400 && (method === "GET" || method === "HEAD" || method === "OPTIONS");
}

type Known = Pick<Exchange, "request" | "trace"> & Partial<Exchange>;

function fields({ request, trace, route, principal }: Known): Record<string, unknown> {
  return {
    traceId: trace.traceId,
    spanId: trace.spanId,
    requestId: trace.requestId,
    method: request.method,
    path: request.path,
    operation: route?.operation.id,
    subject: principal?.subject,
    address: request.caller.address,
  };
}
