import type { Attributes } from "../metrics/attributes.ts";
import type { Span } from "../metrics/span.ts";

/**
 * What a library reports to without knowing where it goes: a metrics registry, a log,
 * OpenTelemetry, or nowhere (ops §2.2).
 */
export interface Observer {
  /** Starts the time of one piece of work. */
  startSpan(name: string, attributes?: Attributes): Span;
  counter(name: string): { add(by?: number, attributes?: Attributes): void };
  gauge(name: string): { set(value: number, attributes?: Attributes): void };
  /** Count and sum of what is observed; what the contract calls a histogram. */
  summary(name: string): { observe(value: number, attributes?: Attributes): void };
}
