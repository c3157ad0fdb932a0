import { isSpanContextValid, trace } from "@opentelemetry/api";
import type { Attributes } from "../metrics/attributes.ts";

/**
 * Makes the span under way the exemplar of whatever is measured in it.
 *
 * @example
 * ```ts
 * const metrics = new MetricsRegistry({ clock: systemClock, exemplar: activeSpanExemplar });
 * ```
 */
export function activeSpanExemplar(): Attributes | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return undefined;
  return { span_id: context.spanId, trace_id: context.traceId };
}
